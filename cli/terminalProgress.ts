/** Progress on stderr: one rewritten line per task on a terminal, a line now and then in a log. */

import type { Clock } from '../core/clock.ts';
import type { Progress } from '../core/progress.ts';

const BAR_WIDTH = 24;
const TERMINAL_INTERVAL_MS = 80;
const LOG_INTERVAL_MS = 5_000;

export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tasks that run side by side share the last line on a terminal. */
export class TerminalProgress implements Progress {
  readonly #stream: ProgressStream;
  readonly #clock: Clock;
  readonly #running = new Map<string, string>();
  readonly #lastMs = new Map<string, number>();

  constructor(stream: ProgressStream, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  report(task: string, fraction: number | null, detail = ''): void {
    const now = this.#clock.elapsedMs();
    const interval = this.#stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
    const fresh = !this.#running.has(task);
    this.#running.set(task, `${task} ${renderFraction(fraction, this.#stream.isTTY ?? false)} ${detail}`.trimEnd());
    if (!fresh && now - (this.#lastMs.get(task) ?? 0) < interval) return;
    this.#lastMs.set(task, now);
    if (this.#stream.isTTY) this.#stream.write(`\r\x1b[2K${[...this.#running.values()].join('   ')}`);
    else this.#stream.write(`${this.#running.get(task)}\n`);
  }

  done(task: string, detail = ''): void {
    this.#running.delete(task);
    const line = `${task} ${this.#stream.isTTY ? '\x1b[32mdone\x1b[0m' : 'done'} ${detail}`.trimEnd();
    this.#stream.write(this.#stream.isTTY ? `\r\x1b[2K${line}\n` : `${line}\n`);
    if (this.#stream.isTTY && this.#running.size > 0) this.#stream.write([...this.#running.values()].join('   '));
  }
}

function renderFraction(fraction: number | null, bar: boolean): string {
  if (fraction === null) return '';
  const percent = `${Math.floor(fraction * 100)}%`.padStart(4);
  if (!bar) return percent;
  const filled = Math.round(fraction * BAR_WIDTH);
  return `[${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]${percent}`;
}
