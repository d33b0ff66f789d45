/** A hidden Markov model of returns: hidden states, each with its own normal distribution. */

import { z } from 'zod';
import { positive, positiveInt } from '../../core/schema.ts';

export const hmmConfig = z.strictObject({
  states: z.int().min(1).max(8).default(4).describe('hidden states'),
  restarts: positiveInt.default(4).describe('fits from different random beginnings; the likeliest is kept'),
  maxIterations: positiveInt.default(100).describe('expectation-maximization steps of a fit'),
  tolerance: positive.default(1e-7).describe('gain of log likelihood per observation below which a fit is done'),
  minDeviationShare: positive
    .max(1)
    .default(0.01)
    .describe('smallest deviation of a state, relative to that of all observations: keeps a state off a single point'),
});

export type HmmConfig = z.infer<typeof hmmConfig>;

/** What is saved with a run. States are in order of rising mean. */
export const hmmModel = z.strictObject({
  start: z.array(z.number()).describe("(states) probability of a sequence's first state"),
  transition: z.array(z.number()).describe('(states, states) row-major: from, to'),
  mean: z.array(z.number()).describe('(states)'),
  deviation: z.array(positive).describe('(states)'),
});

/** Plain data. */
export interface Hmm {
  /** (states) probability of a sequence's first state. */
  readonly start: readonly number[];
  /** (states, states) row-major: from, to. */
  readonly transition: readonly number[];
  /** (states) */
  readonly mean: readonly number[];
  /** (states) */
  readonly deviation: readonly number[];
}

/** No state rules an observation out altogether, so that one which no likely state explains is still explained by some. */
export const MIN_DENSITY = 1e-300;
const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/**
 * Densities of one observation in each state, divided by the largest so that an outlier does not underflow in all.
 *
 * @param out (states), written at `offset`
 * @returns logarithm of what they were divided by
 */
export function emit({ mean, deviation }: Hmm, observation: number, out: Float64Array, offset: number): number {
  let largest = -Infinity;
  for (let state = 0; state < mean.length; state++) {
    const z = (observation - mean[state]) / deviation[state];
    const logDensity = -0.5 * z * z - Math.log(deviation[state]) - HALF_LOG_TWO_PI;
    out[offset + state] = logDensity;
    if (logDensity > largest) largest = logDensity;
  }
  for (let state = 0; state < mean.length; state++) {
    out[offset + state] = Math.max(MIN_DENSITY, Math.exp(out[offset + state] - largest));
  }
  return largest;
}
