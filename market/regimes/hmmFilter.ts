/** What the past says about the hidden state of today. */

import { MIN_DENSITY, type Hmm } from './hmm.ts';

/**
 * The filtered posterior: probability of each state given the observations up to now, never those to come.
 *
 * It is the forward recursion of Rabiner's tutorial (Proceedings of the IEEE 77, 1989), one observation at a time.
 */
export class HmmFilter {
  readonly #start: Float64Array;
  /** (states, states): from, to. */
  readonly #transition: Float64Array;
  readonly #mean: Float64Array;
  readonly #precision: Float64Array;
  readonly #logDeviation: Float64Array;
  readonly #posterior: Float64Array;
  readonly #logDensity: Float64Array;
  readonly #predicted: Float64Array;
  #isNew = true;

  constructor({ start, transition, mean, deviation }: Hmm) {
    this.#start = Float64Array.from(start);
    this.#transition = Float64Array.from(transition);
    this.#mean = Float64Array.from(mean);
    this.#precision = Float64Array.from(deviation, (value) => 1 / value);
    this.#logDeviation = Float64Array.from(deviation, Math.log);
    this.#posterior = new Float64Array(mean.length);
    this.#logDensity = new Float64Array(mean.length);
    this.#predicted = new Float64Array(mean.length);
  }

  /** @returns (states) posterior after this observation, overwritten by the next */
  push(observation: number): Float64Array {
    const posterior = this.#posterior;
    const logDensity = this.#logDensity;
    const predicted = this.#predict();
    let largest = -Infinity;
    for (let state = 0; state < posterior.length; state++) {
      const z = (observation - this.#mean[state]) * this.#precision[state];
      const value = -0.5 * z * z - this.#logDeviation[state];
      logDensity[state] = value;
      if (value > largest) largest = value;
    }
    let total = 0;
    for (let state = 0; state < posterior.length; state++) {
      const density = logDensity[state] === largest ? 1 : Math.max(MIN_DENSITY, Math.exp(logDensity[state] - largest));
      posterior[state] = predicted[state] * density;
      total += posterior[state];
    }
    const scale = 1 / total;
    for (let state = 0; state < posterior.length; state++) posterior[state] *= scale;
    return posterior;
  }

  #predict(): Float64Array {
    if (this.#isNew) {
      this.#isNew = false;
      return this.#start;
    }
    const transition = this.#transition;
    const posterior = this.#posterior;
    const predicted = this.#predicted;
    const states = posterior.length;
    for (let to = 0; to < states; to++) {
      let probability = 0;
      for (let from = 0; from < states; from++) probability += posterior[from] * transition[from * states + to];
      predicted[to] = probability;
    }
    return predicted;
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
