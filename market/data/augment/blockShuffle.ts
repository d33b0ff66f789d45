import type { Rng } from '../../../core/rng.ts';

/** Rows in blocks of `blockBars`, the blocks in random order; the last one may be shorter. */
export function shuffleBlocks(rows: number, rng: Rng, blockBars: number): Int32Array {
  const starts = Array.from({ length: Math.ceil(rows / blockBars) }, (_, block) => block * blockBars);
  for (let i = starts.length - 1; i > 0; i--) {
    const j = rng.int(i + 1);
    [starts[i], starts[j]] = [starts[j], starts[i]];
  }
  const order = new Int32Array(rows);
  let at = 0;
  for (const start of starts) {
    for (let row = start; row < Math.min(rows, start + blockBars); row++) order[at++] = row;
  }
  return order;
}
