/** What a taking order of a given size would have paid in a recorded order book. */

/** One side of a book, best level first. */
export interface BookSide {
  readonly price: ArrayLike<number>;
  readonly quantity: ArrayLike<number>;
  readonly numLevels: number;
}

export interface BookSnapshot {
  readonly timeMs: number;
  readonly bid: BookSide;
  readonly ask: BookSide;
}

/** Worst cost that a sale can have: everything. */
const ALL_BPS = 10_000;

/**
 * Walks one side of a book with orders of several sizes.
 *
 * A book that is too thin for an order goes on below its deepest level as densely as it lay on average between the mid
 * and there: books get denser away from the touch, so this errs to the trader's disadvantage.
 *
 * @param side `ask` of the book for a buyer, `bid` for a seller
 * @param notionals order sizes at mid, quote currency, rising
 * @param costBps (notionals) written: average fill against mid, basis points, never falls from size to size
 * @returns how many of the sizes fit into the recorded levels
 */
export function walkBook(side: BookSide, mid: number, notionals: readonly number[], costBps: Float64Array): number {
  const { price, quantity, numLevels } = side;
  let level = 0;
  let filled = 0;
  let paid = 0;
  let numFitting = notionals.length;
  for (let size = 0; size < notionals.length; size++) {
    const wanted = notionals[size] / mid;
    while (level < numLevels && filled + quantity[level] < wanted) {
      filled += quantity[level];
      paid += quantity[level] * Math.abs(price[level] - mid);
      level += 1;
    }
    const rest = wanted - filled;
    let distance: number;
    if (level < numLevels) {
      distance = (paid + rest * Math.abs(price[level] - mid)) / wanted;
    } else {
      numFitting = Math.min(numFitting, size);
      const reach = Math.abs(price[numLevels - 1] - mid);
      const widening = (rest * reach) / filled;
      distance = (paid + rest * (reach + widening / 2)) / wanted;
    }
    costBps[size] = Math.min(ALL_BPS, (distance / mid) * 10_000);
  }
  return numFitting;
}
