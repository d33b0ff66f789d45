/** Stands between decision and order: pre-trade rules, the kill switch, and the one way out when it trips. */

import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import type { KillSwitch } from './killSwitch.ts';
import { judge, type RuleVerdict, type RulesConfig, type TradingMoment } from './rules.ts';

/** What may be done about a decision. */
export type Answer =
  | RuleVerdict
  /** The kill switch was tripped before; nothing is sent. */
  | { readonly kind: 'stopped'; readonly rule: 'killSwitch'; readonly reason: string };

export interface Ruling {
  readonly answer: Answer;
  /** Weight to trade to, null where nothing may be sent. */
  readonly weight: number | null;
  /** The first ruling since trading stopped, the one to tell people about. */
  readonly stoppedNow: boolean;
}

export interface GatekeeperOptions {
  readonly rules: RulesConfig;
  /** Null where nothing persists: then a trip lasts as long as the process. */
  readonly killSwitch: KillSwitch | null;
  /** `flatten` sends one closing order when trading stops, `hold` leaves the position to a person. */
  readonly onTrip: 'flatten' | 'hold';
}

/** Once trading has stopped, at most one order leaves, and it closes the position. */
export class Gatekeeper implements Resumable {
  readonly #options: GatekeeperOptions;
  #stopped = false;

  constructor(options: GatekeeperOptions) {
    this.#options = options;
  }

  rule(moment: TradingMoment): Ruling {
    const { rules, killSwitch } = this.#options;
    const standing = killSwitch?.look() ?? null;
    if (standing !== null) return this.#stop({ kind: 'stopped', rule: 'killSwitch', reason: standing.reason }, moment);
    if (killSwitch === null && this.#stopped) {
      return this.#stop({ kind: 'stopped', rule: 'killSwitch', reason: 'tripped before' }, moment);
    }
    this.#stopped = false;
    const answer = judge(moment, rules);
    if (answer.kind === 'trip') {
      killSwitch?.trip('rule', `${answer.rule}: ${answer.reason}`);
      return this.#stop(answer, moment);
    }
    return { answer, weight: answer.kind === 'refuse' ? null : answer.weight, stoppedNow: false };
  }

  save(): Saved {
    return { stopped: this.#stopped };
  }

  restore(saved: Saved): void {
    this.#stopped = new SavedReader(saved, 'gatekeeper').boolean('stopped');
  }

  #stop(answer: Answer, moment: TradingMoment): Ruling {
    const stoppedNow = !this.#stopped;
    this.#stopped = true;
    const closes = stoppedNow && this.#options.onTrip === 'flatten' && moment.heldWeight !== 0;
    return { answer, weight: closes ? 0 : null, stoppedNow };
  }
}
