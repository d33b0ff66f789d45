/** Slippage as a function of session, order size and quantile, in one flat column. */

import { SESSIONS } from '../sessions.ts';
import { fastLog2 } from './fastLog2.ts';
import { fillKnots, KNOTS, knotPosition } from './quantileKnots.ts';
import type { SlippageRung } from './table.ts';

/**
 * Interpolates linearly in the logarithm of the order size between measured rungs.
 *
 * Below the smallest rung an order pays what the smallest pays. Above the largest, slippage grows in proportion to the
 * size: the book goes on as deep as it was on average, which no order escapes.
 */
export class SlippageSurface {
  /** (sessions, rungs, KNOTS) basis points. */
  readonly #bps: Float64Array;
  /** (rungs) order sizes and their logarithms. */
  readonly #logSize: Float64Array;
  readonly #numRungs: number;
  readonly #smallest: number;
  readonly #largest: number;

  /** @param ladders (sessions) rungs from the smallest order to the largest; the same sizes in every session */
  constructor(ladders: readonly (readonly SlippageRung[])[]) {
    const sizes = [...new Set(ladders.flatMap((rungs) => rungs.map((rung) => rung.notional)))].sort((a, b) => a - b);
    this.#numRungs = sizes.length;
    this.#smallest = sizes[0];
    this.#largest = sizes[sizes.length - 1];
    this.#logSize = Float64Array.from(sizes, fastLog2);
    this.#bps = new Float64Array(SESSIONS.length * sizes.length * KNOTS);
    ladders.forEach((rungs, session) => this.#fill(session, rungs));
  }

  /** Basis points >= 0; never falls as `notional` grows. @param u quantile in [0, 1) */
  at(session: number, notional: number, u: number): number {
    const position = knotPosition(u);
    const knot = Math.floor(position);
    const between = position - knot;
    const base = session * this.#numRungs * KNOTS + knot;
    if (!(notional > this.#smallest)) return mix(this.#bps, base, between);
    if (notional >= this.#largest) {
      return (mix(this.#bps, base + (this.#numRungs - 1) * KNOTS, between) * notional) / this.#largest;
    }
    const logSize = fastLog2(notional);
    let rung = 0;
    while (rung < this.#numRungs - 2 && logSize >= this.#logSize[rung + 1]) rung++;
    const low = mix(this.#bps, base + rung * KNOTS, between);
    const high = mix(this.#bps, base + (rung + 1) * KNOTS, between);
    const way = (logSize - this.#logSize[rung]) / (this.#logSize[rung + 1] - this.#logSize[rung]);
    return low + way * (high - low);
  }

  #fill(session: number, rungs: readonly SlippageRung[]): void {
    const start = session * this.#numRungs * KNOTS;
    rungs.forEach((rung, i) => fillKnots(this.#bps, start + i * KNOTS, rung));
    // Tails are shaped rung by rung; where two shapes cross, the larger order pays the larger slippage.
    for (let i = start + KNOTS; i < start + rungs.length * KNOTS; i++) {
      this.#bps[i] = Math.max(this.#bps[i], this.#bps[i - KNOTS]);
    }
  }
}

function mix(bps: Float64Array, at: number, between: number): number {
  return bps[at] + between * (bps[at + 1] - bps[at]);
}
