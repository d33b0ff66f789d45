/** Quantities that change along a run: exploration, learning rate, importance exponent. */

import { z } from 'zod';
import { fraction, positive } from '../core/schema.ts';

/** A straight line from `from` at step 0 to `to` at step `steps`, constant after it. */
export interface LinearSchedule {
  readonly from: number;
  readonly to: number;
  /** Environment steps over all envs. */
  readonly steps: number;
}

/** Value at `globalStep`; a schedule of no steps has arrived. */
export function scheduleAt({ from, to, steps }: LinearSchedule, globalStep: number): number {
  return globalStep < steps ? from + (to - from) * (globalStep / steps) : to;
}

/** The fields of a config that say how fast to learn, and when. @param anneals what `annealLearningRate` is unless said otherwise */
export const learningRateFields = (anneals: boolean) => ({
  learningRate: positive.default(2.5e-4).describe('Adam step size'),
  annealLearningRate: z
    .union([z.boolean(), z.literal('cosine')])
    .default(anneals)
    .describe('learning rate falls to zero over the run: true in a straight line, cosine along half a wave'),
  warmupFraction: fraction.default(0).describe('part of the run over which the learning rate first rises from zero'),
});

export interface LearningRate {
  readonly learningRate: number;
  readonly annealLearningRate: boolean | 'cosine';
  readonly warmupFraction: number;
}

/** The learning rate after a share `progress` of the run. */
export function learningRateAt(rate: LearningRate, progress: number): number {
  const { learningRate, annealLearningRate, warmupFraction } = rate;
  if (progress < warmupFraction) return learningRate * (progress / warmupFraction);
  const passed = warmupFraction < 1 ? Math.min(1, (progress - warmupFraction) / (1 - warmupFraction)) : 0;
  if (annealLearningRate === false) return learningRate;
  return learningRate * (annealLearningRate === 'cosine' ? (1 + Math.cos(Math.PI * passed)) / 2 : 1 - passed);
}
