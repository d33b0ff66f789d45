/** One step of expectation-maximization (Baum-Welch) over several sequences. */

import { emit, type Hmm } from './hmm.ts';

export interface HmmStep {
  readonly next: Hmm;
  /** Of the model that went in. */
  readonly logLikelihood: number;
}

/** Expected counts: all that the new model is made of. */
interface Counts {
  readonly start: Float64Array;
  readonly transition: Float64Array;
  /** (states) sums over observations of probability, probability * x, probability * x * x; x is relative to `center`. */
  readonly weight: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  readonly center: number;
}

/** @param minDeviation floor of each state's deviation; a floor keeps the likelihood from falling just as well */
export function stepHmm(model: Hmm, sequences: readonly Float64Array[], minDeviation: number): HmmStep {
  const states = model.mean.length;
  const counts: Counts = {
    start: new Float64Array(states),
    transition: new Float64Array(states * states),
    weight: new Float64Array(states),
    sum: new Float64Array(states),
    squares: new Float64Array(states),
    center: model.mean.reduce((sum, mean) => sum + mean, 0) / states,
  };
  let logLikelihood = 0;
  for (const sequence of sequences) logLikelihood += countSequence(model, sequence, counts);
  return { next: maximize(model, counts, minDeviation), logLikelihood };
}

/** Forward, then backward with counting on the way. @returns log likelihood of the sequence */
function countSequence(model: Hmm, sequence: Float64Array, counts: Counts): number {
  const states = model.mean.length;
  const density = new Float64Array(sequence.length * states);
  const forward = new Float64Array(sequence.length * states);
  const scale = new Float64Array(sequence.length);
  let logLikelihood = 0;
  for (let t = 0; t < sequence.length; t++) {
    logLikelihood += emit(model, sequence[t], density, t * states);
    scale[t] = stepForward(model, density, forward, t);
    logLikelihood += Math.log(scale[t]);
  }
  const backward = new Float64Array(states).fill(1);
  const later = new Float64Array(states);
  for (let t = sequence.length - 1; t >= 0; t--) {
    countObservation(sequence[t] - counts.center, forward.subarray(t * states, (t + 1) * states), backward, counts);
    if (t === 0) break;
    for (let to = 0; to < states; to++) later[to] = (density[t * states + to] * backward[to]) / scale[t];
    for (let from = 0; from < states; from++) {
      let total = 0;
      for (let to = 0; to < states; to++) {
        const flow = model.transition[from * states + to] * later[to];
        counts.transition[from * states + to] += forward[(t - 1) * states + from] * flow;
        total += flow;
      }
      backward[from] = total;
    }
  }
  for (let state = 0; state < states; state++) counts.start[state] += forward[state] * backward[state];
  return logLikelihood;
}

/** Writes the normalized forward probabilities of row t. @returns what they were divided by */
function stepForward({ start, transition }: Hmm, density: Float64Array, forward: Float64Array, t: number): number {
  const states = start.length;
  const row = t * states;
  let total = 0;
  for (let to = 0; to < states; to++) {
    let probability = t === 0 ? start[to] : 0;
    for (let from = 0; t > 0 && from < states; from++) {
      probability += forward[row - states + from] * transition[from * states + to];
    }
    forward[row + to] = probability * density[row + to];
    total += forward[row + to];
  }
  for (let to = 0; to < states; to++) forward[row + to] /= total;
  return total;
}

function countObservation(x: number, forward: Float64Array, backward: Float64Array, counts: Counts): void {
  for (let state = 0; state < forward.length; state++) {
    const probability = forward[state] * backward[state];
    counts.weight[state] += probability;
    counts.sum[state] += probability * x;
    counts.squares[state] += probability * x * x;
  }
}

/** A state that nothing fell to keeps what it had. */
function maximize(model: Hmm, counts: Counts, minDeviation: number): Hmm {
  const { start, transition, weight, sum, squares, center } = counts;
  const states = model.mean.length;
  const startTotal = start.reduce((total, value) => total + value, 0);
  const mean = model.mean.map((old, state) => (weight[state] > 0 ? center + sum[state] / weight[state] : old));
  const deviation = model.deviation.map((old, state) => {
    if (weight[state] === 0) return old;
    const variance = squares[state] / weight[state] - (sum[state] / weight[state]) ** 2;
    return Math.max(minDeviation, Math.sqrt(Math.max(0, variance)));
  });
  const rowTotals = model.start.map((_, from) =>
    transition.subarray(from * states, (from + 1) * states).reduce((total, value) => total + value, 0),
  );
  return {
    start: Array.from(start, (value) => value / startTotal),
    transition: model.transition.map((old, at) => {
      const total = rowTotals[Math.floor(at / states)];
      return total > 0 ? transition[at] / total : old;
    }),
    mean,
    deviation,
  };
}
