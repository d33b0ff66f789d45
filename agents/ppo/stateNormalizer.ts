/** States with mean 0 and deviation 1 as far as seen so far; part of the network, so that an exported policy carries it. */

import type { Resumable, Saved } from '../../core/saved.ts';
import { ones, zeros } from '../nn/initializers.ts';
import { mul, sub } from '../nn/ops/arithmetic.ts';
import { clip } from '../nn/ops/pointwise.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';
import type { Variables } from '../nn/variables.ts';
import { RunningMoments } from './runningMoments.ts';

/** Group of the mean and the scale: not trained, but saved with the weights. */
export const NORMALIZER_GROUP = 'normalizer';
const CLIP = 10;

/** @param state (batch, stateSize) */
export function normalizeState(state: Tensor): Tensor {
  const size = fixedDim(state.shape[1]);
  const mean = state.graph.parameter(`${NORMALIZER_GROUP}/mean`, [size], zeros);
  const scale = state.graph.parameter(`${NORMALIZER_GROUP}/scale`, [size], ones);
  return clip(mul(sub(state, mean), scale), -CLIP, CLIP);
}

/** Follows the states lived through. They are renormalized between rollouts only, so that a rollout is learned from as it was acted in. */
export class StateNormalizer implements Resumable {
  readonly #variables: Variables;
  readonly #moments: RunningMoments;

  constructor(variables: Variables, stateSize: number) {
    this.#variables = variables;
    this.#moments = new RunningMoments(stateSize);
  }

  /** @param states (rows, stateSize) */
  update(states: Float32Array): void {
    this.#moments.add(states);
    this.#variables.set(`${NORMALIZER_GROUP}/mean`, this.#moments.mean);
    this.#variables.set(
      `${NORMALIZER_GROUP}/scale`,
      this.#moments.mean.map((_, column) => 1 / this.#moments.deviation(column)),
    );
  }

  save(): Saved {
    return this.#moments.save();
  }

  restore(saved: Saved): void {
    this.#moments.restore(saved);
  }
}
