/** The training part cut into stretches that are read alone, and their order: a function of the seed. */

import { shuffle } from '../../agents/shuffle.ts';
import type { Rng } from '../../core/rng.ts';
import type { RowRange } from '../../market/data/rowRange.ts';

/** A row that is acted on, and the one it leads to. */
const MIN_LIVED = 2;

const lengthOf = ({ from, to }: RowRange): number => to - from;

/**
 * Cuts each segment into stretches of at most `maxRows`, about equally long.
 *
 * Every stretch begins with rows of warm-up that the one before it ends with, so that each row of a segment past its own
 * warm-up is lived in exactly one stretch.
 */
export function cutStretches(segments: readonly RowRange[], warmupBars: number, maxRows: number): RowRange[] {
  return segments.flatMap((segment) => {
    const lived = lengthOf(segment) - warmupBars;
    if (lived < MIN_LIVED) return [];
    const pieces = Math.ceil(lived / (maxRows - warmupBars));
    const edge = (piece: number) => segment.from + Math.floor((piece * lived) / pieces);
    return Array.from({ length: pieces }, (_, piece) => ({ from: edge(piece), to: edge(piece + 1) + warmupBars }));
  });
}

/**
 * The stretches of a slab. Each epoch goes through all stretches once, in an order of its own.
 *
 * @param number of the slab, counted from 0 over all epochs
 */
export function stretchesOfSlab(
  stretches: readonly RowRange[],
  capacityRows: number,
  rng: Rng,
  number: number,
): readonly RowRange[] {
  for (let epoch = 0, before = 0; ; epoch++) {
    const slabs = packSlabs(shuffled(stretches, rng.fork(`epoch${epoch}`)), capacityRows);
    if (number < before + slabs.length) return slabs[number - before];
    before += slabs.length;
  }
}

/** As many stretches as fit, evenly from the first to the last. */
export function spreadStretches(stretches: readonly RowRange[], capacityRows: number, rng: Rng): readonly RowRange[] {
  const longest = Math.max(...stretches.map(lengthOf));
  const count = Math.min(stretches.length, Math.max(1, Math.floor(capacityRows / longest)));
  const start = rng.next();
  return Array.from({ length: count }, (_, i) => stretches[Math.floor(((i + start) * stretches.length) / count)]);
}

function packSlabs(order: readonly RowRange[], capacityRows: number): RowRange[][] {
  const slabs: RowRange[][] = [[]];
  let rows = 0;
  for (const stretch of order) {
    if (rows + lengthOf(stretch) > capacityRows) {
      slabs.push([]);
      rows = 0;
    }
    slabs[slabs.length - 1].push(stretch);
    rows += lengthOf(stretch);
  }
  return slabs;
}

function shuffled(stretches: readonly RowRange[], rng: Rng): RowRange[] {
  const order = Int32Array.from(stretches.keys());
  shuffle(rng, order);
  return Array.from(order, (index) => stretches[index]);
}
