/** The switch that stops all trading, and stays off through crashes and restarts until a person says why it may go on. */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { InputError } from '../core/errors.ts';
import { writeJsonAtomic } from '../core/storage/atomicFile.ts';

const changeSchema = z.strictObject({
  state: z.enum(['armed', 'tripped']),
  by: z.enum(['rule', 'file', 'call', 'reset']),
  reason: z.string(),
  atMs: z.number(),
});
const fileSchema = z.strictObject({ state: z.enum(['armed', 'tripped']), history: z.array(changeSchema) });

export type KillSwitchChange = Readonly<z.infer<typeof changeSchema>>;

/**
 * `armed` lets orders pass, `tripped` lets none.
 *
 * It lives in one small file that is read anew at each look, so that another process can trip it. The empty file
 * `<path>.stop` trips it too: `touch` is all that an operator needs. A file that cannot be read counts as tripped.
 */
export class KillSwitch {
  readonly path: string;
  readonly #clock: Clock;

  constructor(path: string, clock: Clock) {
    this.path = path;
    this.#clock = clock;
  }

  /** Where an operator's `touch` trips the switch. */
  get stopFile(): string {
    return `${this.path}.stop`;
  }

  /** Why trading is stopped; null while it is not. */
  look(): KillSwitchChange | null {
    const history = this.#read();
    if (history === 'unreadable') return this.#change('tripped', 'file', `${this.path} cannot be read`);
    const last = history.at(-1) ?? null;
    if (last?.state === 'tripped') return last;
    return existsSync(this.stopFile) ? this.trip('file', `${this.stopFile} was found`) : null;
  }

  /** Stops trading; where it is stopped already, the first reason stays. */
  trip(by: 'rule' | 'file' | 'call', reason: string): KillSwitchChange {
    const history = this.#read();
    const last = history === 'unreadable' ? null : (history.at(-1) ?? null);
    if (last?.state === 'tripped') return last;
    return this.#write(history, this.#change('tripped', by, reason));
  }

  /** Lets trading go on. @param reason said by a person, kept in the history. @throws InputError without one */
  reset(reason: string): void {
    if (reason.trim() === '') {
      throw new InputError({ what: 'no reason given', where: 'kill switch reset', rule: 'say why trading may go on' });
    }
    this.#write(this.#read(), this.#change('armed', 'reset', reason));
    rmSync(this.stopFile, { force: true });
  }

  /** Every change, oldest first. @throws InputError when the file is not a kill switch's */
  history(): readonly KillSwitchChange[] {
    const history = this.#read();
    if (history !== 'unreadable') return history;
    throw new InputError({ what: 'not the file of a kill switch', where: this.path, hint: 'reset it with a reason' });
  }

  #change(state: KillSwitchChange['state'], by: KillSwitchChange['by'], reason: string): KillSwitchChange {
    return { state, by, reason, atMs: this.#clock.nowMs() };
  }

  #write(history: readonly KillSwitchChange[] | 'unreadable', change: KillSwitchChange): KillSwitchChange {
    const kept = history === 'unreadable' ? [] : history;
    writeJsonAtomic(this.path, { state: change.state, history: [...kept, change] });
    return change;
  }

  #read(): readonly KillSwitchChange[] | 'unreadable' {
    if (!existsSync(this.path)) return [];
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.path, 'utf8'))).history;
    } catch {
      // Torn, edited or unreadable: what it said is unknown, and unknown must not trade.
      return 'unreadable';
    }
  }
}
