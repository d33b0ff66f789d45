import type { Rng } from '../../../core/rng.ts';
import { standardDeviation } from '../../../core/statistics.ts';
import { createMoves, type BarMoves } from './barMoves.ts';

/**
 * Noise on the return of every bar.
 *
 * On returns, never on prices: noise on prices comes back in the next bar, and an agent would learn to fade it. Half its
 * variance is taken off, so that the mean return stays what it was.
 */
export function jitter(moves: BarMoves, rng: Rng, strength: number): BarMoves {
  const noisy = createMoves(moves.body.length);
  const sigma = strength * (standardDeviation(moves.body) ?? 0);
  noisy.gap.set(moves.gap);
  for (let row = 0; row < noisy.body.length; row++) {
    noisy.body[row] = moves.body[row] + sigma * rng.normal() - (sigma * sigma) / 2;
    noisy.up[row] = moves.up[row] * Math.exp(strength * rng.normal());
    noisy.down[row] = moves.down[row] * Math.exp(strength * rng.normal());
    noisy.volume[row] = moves.volume[row] * Math.exp(strength * rng.normal() - (strength * strength) / 2);
  }
  return noisy;
}
