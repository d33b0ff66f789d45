/** What of a live run a person is told: trading stopped, orders refused, ruin, a bad feed, features that moved. */

import type { Clock } from '../core/clock.ts';
import type { ContextStream } from '../market/features/contextStream.ts';
import type { Alert, Alerts } from './alerts.ts';
import type { DriftMonitor } from './drift.ts';
import type { BarOutcome } from './liveSession.ts';

export interface WatchOptions {
  readonly alerts: Alerts | null;
  readonly drift: DriftMonitor | null;
  readonly stream: ContextStream;
  readonly clock: Clock;
}

/** Tells each thing when it begins, not on every bar that it lasts. */
export class Watch {
  readonly #options: WatchOptions;
  #ruined = false;
  #refusedBy: string | null = null;
  #drifted = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  raise(level: Alert['level'], what: string, detail: string): void {
    this.#options.alerts?.raise({ level, what, detail, atMs: this.#options.clock.nowMs() });
  }

  report({ ruling, account }: BarOutcome): void {
    if (account.ruined && !this.#ruined) this.raise('critical', 'account ruined', `equity ${account.equity}`);
    this.#ruined = account.ruined;
    if (ruling === null) return;
    const { answer, stoppedNow } = ruling;
    if (stoppedNow && 'reason' in answer)
      this.raise('critical', 'kill switch tripped', `${answer.rule}: ${answer.reason}`);
    const refusedBy = answer.kind === 'refuse' ? answer.rule : null;
    if (answer.kind === 'refuse' && refusedBy !== this.#refusedBy) {
      this.raise('warning', `order refused by ${answer.rule}`, answer.reason);
    }
    this.#refusedBy = refusedBy;
    this.#watchDrift();
  }

  /** Called on bars whose observation was ready, so that the newest row holds features and not warm-up. */
  #watchDrift(): void {
    const { drift, stream } = this.#options;
    if (drift === null) return;
    drift.push(stream.context.matrix, stream.row * stream.context.features);
    const findings = drift.findings();
    const alarming = findings !== null && drift.isAlarming(findings);
    if (alarming && !this.#drifted) {
      const worst = findings.slice(0, 5).map(({ column, psi }) => `${column} ${psi.toFixed(2)}`);
      this.raise('warning', 'features have moved from training', worst.join(', '));
    }
    this.#drifted = alarming;
  }
}
