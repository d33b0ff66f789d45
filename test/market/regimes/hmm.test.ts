import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng, type Rng } from '../../../core/rng.ts';
import { numBars } from '../../../market/data/bars.ts';
import { probeLeakage, type CausalStage } from '../../../market/features/leakageProbe.ts';
import { fitHmm } from '../../../market/regimes/fitHmm.ts';
import { hmmConfig, type Hmm } from '../../../market/regimes/hmm.ts';
import { filterStates } from '../../../market/regimes/hmmFilter.ts';
import { stepHmm } from '../../../market/regimes/hmmStep.ts';
import { refusal } from '../../helpers/refusal.ts';
import { randomBars } from '../features/randomBars.ts';

const TWO: Hmm = { start: [0.6, 0.4], transition: [0.97, 0.03, 0.05, 0.95], mean: [-0.5, 1], deviation: [1, 0.5] };

/** Observations of a model, and the states that made them. */
function simulate({ start, transition, mean, deviation }: Hmm, rng: Rng, length: number) {
  const states = mean.length;
  const draw = (probabilities: readonly number[]) => {
    let u = rng.next();
    return Math.max(
      0,
      probabilities.findIndex((probability) => (u -= probability) < 0),
    );
  };
  const observations = new Float64Array(length);
  const hidden = new Uint8Array(length);
  for (let t = 0; t < length; t++) {
    hidden[t] = draw(t === 0 ? start : transition.slice(hidden[t - 1] * states, (hidden[t - 1] + 1) * states));
    observations[t] = mean[hidden[t]] + deviation[hidden[t]] * rng.normal();
  }
  return { observations, hidden };
}

/** Likelihood and last state's posterior by summing over every sequence of states. */
function bruteForce(model: Hmm, observations: Float64Array): { logLikelihood: number; posterior: number[] } {
  const states = model.mean.length;
  const posterior = model.mean.map(() => 0);
  for (let code = 0; code < states ** observations.length; code++) {
    let probability = 1;
    let before = 0;
    for (let t = 0, rest = code; t < observations.length; t++, rest = Math.floor(rest / states)) {
      const state = rest % states;
      const z = (observations[t] - model.mean[state]) / model.deviation[state];
      probability *= Math.exp((-z * z) / 2) / (model.deviation[state] * Math.sqrt(2 * Math.PI));
      probability *= t === 0 ? model.start[state] : model.transition[before * states + state];
      before = state;
    }
    posterior[before] += probability;
  }
  const total = posterior.reduce((sum, value) => sum + value, 0);
  return { logLikelihood: Math.log(total), posterior: posterior.map((value) => value / total) };
}

describe('the hidden Markov model', () => {
  it('has the likelihood and the posterior of a sum over all sequences of states', () => {
    const { observations } = simulate(TWO, createRng(1), 9);
    const truth = bruteForce(TWO, observations);
    expect(stepHmm(TWO, [observations], 1e-9).logLikelihood).to.be.closeTo(truth.logLikelihood, 1e-10);
    const posterior = filterStates(TWO, observations).slice(16);
    truth.posterior.forEach((value, state) => expect(posterior[state]).to.be.closeTo(value, 1e-12));
  });

  it('never becomes less likely by a step, from any beginning, on any data', () => {
    const data = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(data, fc.integer({ min: 1, max: 4 }), fc.integer(), (values, states, seed) => {
        fc.pre(new Set(values).size > 1);
        const config = hmmConfig.parse({ states, restarts: 1, maxIterations: 40, tolerance: 1e-300 });
        const { history } = fitHmm(config, [Float64Array.from(values)], createRng(seed));
        for (let i = 1; i < history.length; i++) expect(history[i]).to.be.at.least(history[i - 1] - 1e-8);
      }),
      { numRuns: 60 },
    );
  });

  it('finds the chain that made the data again', () => {
    const sequences = ['a', 'b', 'c'].map((name) => simulate(TWO, createRng(2).fork(name), 4000).observations);
    const { model } = fitHmm(hmmConfig.parse({ states: 2 }), sequences, createRng(3));
    TWO.mean.forEach((mean, state) => expect(model.mean[state]).to.be.closeTo(mean, 0.06));
    TWO.deviation.forEach((deviation, state) => expect(model.deviation[state]).to.be.closeTo(deviation, 0.04));
    TWO.transition.forEach((probability, at) => expect(model.transition[at]).to.be.closeTo(probability, 0.015));
  });

  it('tells the hidden state far better than the observation alone', () => {
    const { observations, hidden } = simulate(TWO, createRng(4), 5000);
    const posterior = filterStates(TWO, observations);
    const right = hidden.filter((state, t) => posterior[2 * t + state] > 0.5).length / 5000;
    const naive = hidden.filter((state, t) => Number(observations[t] > 0.4) === state).length / 5000;
    expect(right).to.be.greaterThan(0.93);
    expect(naive).to.be.lessThan(0.88);
  });

  it('has posteriors that add up to 1, outliers and unreachable states included', () => {
    const stuck: Hmm = { ...TWO, start: [1, 0], transition: [1, 0, 0, 1] };
    for (const model of [TWO, stuck]) {
      const posterior = filterStates(model, Float64Array.of(0, 1e6, -1e9, 3, 0));
      for (let t = 0; t < 5; t++) expect(posterior[2 * t] + posterior[2 * t + 1]).to.be.closeTo(1, 1e-12);
    }
  });

  it('is the same for the same seed, and keeps the likeliest of its restarts', () => {
    const { observations } = simulate(TWO, createRng(5), 800);
    const fit = (restarts: number) => fitHmm(hmmConfig.parse({ states: 3, restarts }), [observations], createRng(6));
    expect(fit(3)).to.deep.equal(fit(3));
    expect(fit(3).logLikelihood).to.be.at.least(fit(1).logLikelihood);
  });

  it('looks at nothing to come', () => {
    const { model } = fitHmm(
      hmmConfig.parse({ states: 2 }),
      [simulate(TWO, createRng(7), 500).observations],
      createRng(8),
    );
    const stage: CausalStage = {
      columns: ['state0', 'state1'],
      compute: (bars) => {
        const change = (row: number) => 100 * Math.log(bars.close[row] / bars.close[Math.max(0, row - 1)]);
        return filterStates(
          model,
          Float64Array.from({ length: numBars(bars) }, (_, row) => change(row)),
        );
      },
    };
    expect(probeLeakage({ stage, bars: randomBars(createRng(9), 600), rng: createRng(10) })).to.deep.equal([]);
  });

  it('is refused without data that vary', async () => {
    const config = hmmConfig.parse({});
    expect(await refusal(() => fitHmm(config, [new Float64Array(100)], createRng(1)))).to.contain(
      'observations that vary',
    );
    expect(await refusal(() => fitHmm(config, [], createRng(1)))).to.contain('0 observations');
  });
});
