/** What the past says about the hidden state of today. */

import { emit, type Hmm } from './hmm.ts';

/**
 * The filtered posterior: probability of each state given the observations up to now, never those to come.
 *
 * It is the forward recursion of Rabiner's tutorial (Proceedings of the IEEE 77, 1989), one observation at a time.
 */
export class HmmFilter {
  readonly #model: Hmm;
  readonly #posterior: Float64Array;
  readonly #predicted: Float64Array;
  readonly #density: Float64Array;
  #count = 0;

  constructor(model: Hmm) {
    this.#model = model;
    this.#posterior = new Float64Array(model.mean.length);
    this.#predicted = new Float64Array(model.mean.length);
    this.#density = new Float64Array(model.mean.length);
  }

  /** @returns (states) posterior after this observation, overwritten by the next */
  push(observation: number): Float64Array {
    this.#predict();
    emit(this.#model, observation, this.#density, 0);
    const posterior = this.#posterior;
    let total = 0;
    for (let state = 0; state < posterior.length; state++) {
      posterior[state] = this.#predicted[state] * this.#density[state];
      total += posterior[state];
    }
    for (let state = 0; state < posterior.length; state++) posterior[state] /= total;
    this.#count++;
    return posterior;
  }

  #predict(): void {
    const { start, transition } = this.#model;
    const states = this.#posterior.length;
    for (let to = 0; to < states; to++) {
      let probability = 0;
      for (let from = 0; from < states; from++) probability += this.#posterior[from] * transition[from * states + to];
      this.#predicted[to] = this.#count === 0 ? start[to] : probability;
    }
  }
}

/** (rows, states) filtered posterior of each observation of one sequence. */
export function filterStates(model: Hmm, observations: Float64Array): Float64Array {
  const states = model.mean.length;
  const filter = new HmmFilter(model);
  const posterior = new Float64Array(observations.length * states);
  observations.forEach((observation, row) => posterior.set(filter.push(observation), row * states));
  return posterior;
}
