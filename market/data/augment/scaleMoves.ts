import type { Rng } from '../../../core/rng.ts';
import { createMoves, type BarMoves } from './barMoves.ts';

/** All moves larger or smaller by one factor, volume by another: a wilder or calmer market of the same shape. */
export function scaleMoves(moves: BarMoves, rng: Rng, strength: number): BarMoves {
  const scaled = createMoves(moves.body.length);
  const draw = () => Math.exp((2 * rng.next() - 1) * Math.log1p(strength));
  const factor = draw();
  const volumeFactor = draw();
  for (const column of ['gap', 'body', 'up', 'down'] as const) {
    for (let row = 0; row < scaled.body.length; row++) scaled[column][row] = moves[column][row] * factor;
  }
  for (let row = 0; row < scaled.body.length; row++) scaled.volume[row] = moves.volume[row] * volumeFactor;
  return scaled;
}
