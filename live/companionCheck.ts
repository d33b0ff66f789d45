/** The bars of companions on their way into a live run: each once, in order, sound, and none lost with a bar that is left out. */

import type { Bar, CompanionBar, PlainBar } from '../market/data/bar.ts';
import { findBrokenRule } from '../market/data/barChecks.ts';

export class CompanionCheck {
  /** Of bars that were left out. */
  readonly #waiting = new Map<string, PlainBar[]>();
  readonly #lastMs = new Map<string, number>();

  /** The bar is left out; what it brought of companions is not. */
  leaveOut({ companions = [] }: Bar): void {
    for (const { name, bars } of companions) this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), ...bars]);
  }

  /** The bar with all that came of companions since the one before, without bars that came before or that no market made. */
  pass(bar: Bar): Bar {
    return bar.companions === undefined ? bar : { ...bar, companions: bar.companions.map((one) => this.#check(one)) };
  }

  #check({ bars, ...companion }: CompanionBar): CompanionBar {
    const { name } = companion;
    const sound: PlainBar[] = [];
    for (const bar of [...(this.#waiting.get(name) ?? []), ...bars]) {
      if (!Number.isFinite(bar.openTimeMs) || findBrokenRule(bar, this.#lastMs.get(name) ?? -Infinity) !== null)
        continue;
      sound.push(bar);
      this.#lastMs.set(name, bar.openTimeMs);
    }
    this.#waiting.delete(name);
    return { ...companion, bars: sound };
  }
}
