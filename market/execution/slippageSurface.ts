/** Slippage as a function of session, order size and quantile, in one flat column. */

import { SESSIONS } from '../sessions.ts';
import { fillKnots, KNOTS, knotPosition } from './quantileKnots.ts';
import type { SlippageRung } from './table.ts';

/** A Float32 is sign, exponent (8 bits) and mantissa (23): dropping 17 leaves 64 cells to each doubling of a size. */
const DROPPED_BITS = 17;
const DROPPED_MASK = (1 << DROPPED_BITS) - 1;
const PER_DROPPED = 1 / (1 << DROPPED_BITS);

const scratch = new Float32Array(1);
const scratchBits = new Int32Array(scratch.buffer);

function float32Bits(value: number): number {
  scratch[0] = value;
  return scratchBits[0];
}

function float32Of(bits: number): number {
  scratchBits[0] = bits;
  return scratch[0];
}

/**
 * Interpolates linearly in the logarithm of the order size between measured rungs.
 *
 * Below the smallest rung an order pays what the smallest pays. Above the largest, slippage grows in proportion to the
 * size: the book goes on as deep as it was on average, which no order escapes. The logarithm is read off the bits of
 * the size, a 64th of a doubling at a time, which costs a fifth of Math.log and is exact to about a hundredth of a rung.
 */
export class SlippageSurface {
  /** (sessions, KNOTS, rungs) basis points: the four neighbors of a lookup lie side by side. */
  readonly #bps: Float64Array;
  /** (cells + 1) rung and fraction of the way to the next, at the edges of the cells of size. */
  readonly #rungAt: Float64Array;
  readonly #firstCell: number;
  readonly #numRungs: number;
  readonly #smallest: number;
  readonly #largest: number;

  /** @param ladders (sessions) rungs from the smallest order to the largest; the same sizes in every session */
  constructor(ladders: readonly (readonly SlippageRung[])[]) {
    const sizes = ladders[0].map((rung) => rung.notional);
    this.#numRungs = sizes.length;
    this.#smallest = sizes[0];
    this.#largest = sizes[sizes.length - 1];
    this.#firstCell = float32Bits(this.#smallest) >> DROPPED_BITS;
    const numCells = (float32Bits(this.#largest) >> DROPPED_BITS) - this.#firstCell + 1;
    this.#rungAt = Float64Array.from({ length: numCells + 1 }, (_, cell) =>
      locateRung(sizes, float32Of((this.#firstCell + cell) << DROPPED_BITS)),
    );
    this.#bps = new Float64Array(SESSIONS.length * sizes.length * KNOTS);
    ladders.forEach((rungs, session) => this.#fill(session, rungs));
  }

  /** Basis points >= 0; never falls as `notional` grows. @param u quantile in [0, 1) */
  at(session: number, notional: number, u: number): number {
    const bps = this.#bps;
    const numRungs = this.#numRungs;
    const position = knotPosition(u);
    const knot = position | 0;
    const between = position - knot;
    let low = (session * KNOTS + knot) * numRungs;
    if (notional <= this.#smallest) return bps[low] + between * (bps[low + numRungs] - bps[low]);
    if (notional >= this.#largest) {
      low += numRungs - 1;
      return ((bps[low] + between * (bps[low + numRungs] - bps[low])) * notional) / this.#largest;
    }
    const bits = float32Bits(notional);
    const cell = (bits >> DROPPED_BITS) - this.#firstCell;
    const edge = this.#rungAt[cell];
    const ladder = edge + (this.#rungAt[cell + 1] - edge) * ((bits & DROPPED_MASK) * PER_DROPPED);
    const rung = ladder | 0;
    low += rung;
    const high = low + numRungs;
    const way = ladder - rung;
    const lucky = bps[low] + way * (bps[low + 1] - bps[low]);
    const unlucky = bps[high] + way * (bps[high + 1] - bps[high]);
    return lucky + between * (unlucky - lucky);
  }

  #fill(session: number, rungs: readonly SlippageRung[]): void {
    const knots = new Float64Array(KNOTS);
    rungs.forEach((rung, i) => {
      fillKnots(knots, 0, rung);
      for (let knot = 0; knot < KNOTS; knot++) {
        const at = (session * KNOTS + knot) * rungs.length + i;
        // Tails are shaped rung by rung; where two shapes cross, the larger order pays the larger slippage.
        this.#bps[at] = i === 0 ? knots[knot] : Math.max(knots[knot], this.#bps[at - 1]);
      }
    });
  }
}

/** Where a size lies among the rungs, by its logarithm; a hair below the last, so that a next rung always exists. */
function locateRung(sizes: readonly number[], size: number): number {
  const above = sizes.findIndex((rung) => rung > size);
  if (above === 0) return 0;
  if (above < 0) return sizes.length - 1 - 1e-9;
  return above - 1 + Math.log(size / sizes[above - 1]) / Math.log(sizes[above] / sizes[above - 1]);
}
