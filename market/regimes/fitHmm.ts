/** Fits a hidden Markov model to training returns. */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { standardDeviation } from '../../core/statistics.ts';
import type { Hmm, HmmConfig } from './hmm.ts';
import { stepHmm } from './hmmStep.ts';

/** Probability of staying in a state that a fit begins with: regimes last. */
const FIRST_STAY = 0.95;

export interface HmmFit {
  readonly model: Hmm;
  readonly logLikelihood: number;
  /** Log likelihood before each step of the fit that was kept; never falls. */
  readonly history: readonly number[];
}

/**
 * The likeliest of several fits by expectation-maximization.
 *
 * @param sequences training observations, one array a path
 * @throws InputError when there are too few observations, or they do not vary
 */
export function fitHmm(config: HmmConfig, sequences: readonly Float64Array[], rng: Rng): HmmFit {
  const all = Float64Array.from(sequences.flatMap((sequence) => [...sequence]));
  const spread = standardDeviation(all) ?? 0;
  if (all.length < 2 * config.states || !(spread > 0)) {
    throw new InputError({
      what: 'nothing to fit a hidden Markov model to',
      where: 'hmm',
      rule: `at least ${2 * config.states} observations that vary`,
      value: `${all.length} observations, deviation ${spread}`,
    });
  }
  const used = sequences.filter((sequence) => sequence.length > 0);
  const fits = Array.from({ length: config.restarts }, (_, restart) => {
    const first = drawModel(config, all, spread, rng.fork(`restart${restart}`));
    return climb(config, first, used, config.minDeviationShare * spread);
  });
  const best = fits.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
  return { ...best, model: orderByMean(best.model) };
}

function climb(config: HmmConfig, first: Hmm, sequences: readonly Float64Array[], minDeviation: number): HmmFit {
  const observations = sequences.reduce((sum, sequence) => sum + sequence.length, 0);
  const history: number[] = [];
  let model = first;
  for (let i = 0; i < config.maxIterations; i++) {
    const { next, logLikelihood } = stepHmm(model, sequences, minDeviation);
    const gain = logLikelihood - (history.at(-1) ?? -Infinity);
    history.push(logLikelihood);
    if (gain < config.tolerance * observations || i === config.maxIterations - 1) break;
    model = next;
  }
  return { model, logLikelihood: history[history.length - 1], history };
}

function drawModel({ states }: HmmConfig, all: Float64Array, spread: number, rng: Rng): Hmm {
  const indices = Array.from({ length: states }, (_, state) => state);
  const leave = states === 1 ? 0 : (1 - FIRST_STAY) / (states - 1);
  const stay = states === 1 ? 1 : FIRST_STAY;
  return {
    start: indices.map(() => 1 / states),
    transition: indices.flatMap((from) => indices.map((to) => (from === to ? stay : leave))),
    mean: indices.map(() => all[rng.int(all.length)]),
    deviation: indices.map(() => spread * Math.exp(0.7 * rng.normal())),
  };
}

function orderByMean(model: Hmm): Hmm {
  const states = model.mean.length;
  const order = model.mean.map((_, state) => state).sort((a, b) => model.mean[a] - model.mean[b]);
  return {
    start: order.map((state) => model.start[state]),
    transition: order.flatMap((from) => order.map((to) => model.transition[from * states + to])),
    mean: order.map((state) => model.mean[state]),
    deviation: order.map((state) => model.deviation[state]),
  };
}
