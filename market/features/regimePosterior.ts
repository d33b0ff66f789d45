/** What the past says about the market's hidden state: posterior columns of a hidden Markov model. */

import { z } from 'zod';
import { positive, positiveInt } from '../../core/schema.ts';
import type { Hmm } from '../regimes/hmm.ts';
import { HmmFilter } from '../regimes/hmmFilter.ts';
import { fadeBars, type BarChunk, type Feature, type FeatureStream } from './feature.ts';

export const regimePosteriorConfig = z.strictObject({
  kind: z.literal('regimePosterior').describe('probability of each hidden state of a model fitted on training bars'),
  states: z.int().min(2).max(6).default(2).describe('hidden states, each with its own normal of one-bar log returns'),
  restarts: positiveInt.default(2).describe('fits from different random beginnings; the likeliest is kept'),
  maxIterations: positiveInt.default(60).describe('expectation-maximization steps of a fit'),
  tolerance: positive.default(1e-6).describe('gain of log likelihood per bar below which a fit is done'),
  fitBars: positiveInt.default(50_000).describe('training bars that are fitted at most: the last of each path'),
});

export type RegimePosteriorConfig = z.infer<typeof regimePosteriorConfig>;

/** The first bar has no return. */
export const REGIME_POSTERIOR_WARMUP_BARS = 1;

/**
 * A column a state, in order of rising mean return: its probability given the returns up to the bar, never those to come.
 *
 * Warm-up: 1 bar. Reference: the forward recursion of Rabiner, Proceedings of the IEEE 77, 1989.
 *
 * @param model fitted on training bars only
 */
export function makeRegimePosterior({ states }: RegimePosteriorConfig, model: Hmm): Feature {
  return {
    columns: Array.from({ length: states }, (_, state) => ({
      name: `regimePosterior${states}:${state}`,
      scale: 'bounded' as const,
    })),
    warmupBars: REGIME_POSTERIOR_WARMUP_BARS,
    settleBars: 1 + fadeBars(1 / forgetting(model)),
    createStream: () => new RegimePosteriorStream(model),
  };
}

/** Share of the past that the chain alone forgets with each step at least (Dobrushin's coefficient); returns add to it. */
function forgetting({ transition, mean }: Hmm): number {
  const states = mean.length;
  let common = 0;
  for (let to = 0; to < states; to++) {
    common += Math.min(...mean.map((_, from) => transition[from * states + to]));
  }
  return common;
}

class RegimePosteriorStream implements FeatureStream {
  readonly #filter: HmmFilter;
  #previous = NaN;

  constructor(model: Hmm) {
    this.#filter = new HmmFilter(model);
  }

  advance({ length, logClose }: BarChunk, out: Float64Array, offset: number, stride: number): void {
    for (let row = 0; row < length; row++) {
      const change = logClose[row] - this.#previous;
      this.#previous = logClose[row];
      if (change !== change) continue;
      const posterior = this.#filter.push(change);
      for (let state = 0; state < posterior.length; state++) out[offset + row * stride + state] = posterior[state];
    }
  }
}
