import { expect } from 'chai';
import { describe, it } from 'mocha';
import { gaussianForm } from '../../../agents/ppo/gaussianForm.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { createRng } from '../../../core/rng.ts';
import { evaluateReference } from '../nn/helpers/referenceEngine.ts';

const LOW = [-1, 0];
const HIGH = [1, 4];
const MEAN = [0.4, -0.9];
const LOG_STD = [-0.5, -0.4];

/** A head whose mean is MEAN: features of one, weights that say so. */
function evaluate(kept: readonly number[]) {
  const graph = new Graph();
  const form = gaussianForm({ kind: 'continuous', low: LOW, high: HIGH });
  const { logProb, entropy, greedy, drawn } = form.build(graph.input('one', [1, 1]), 'p', null);
  const feeds = { one: [1], 'p/mean/weight': MEAN, 'p/mean/bias': [0, 0], 'p/logStd': LOG_STD, kept };
  const fetches = [logProb(graph.input('kept', [1, 2])), entropy, greedy, drawn];
  const [logProbs, entropies, action, draws] = evaluateReference(graph, fetches, feeds);
  return { logProb: logProbs[0], entropy: entropies[0], greedy: action, drawn: draws };
}

function sample(count: number) {
  const form = gaussianForm({ kind: 'continuous', low: LOW, high: HIGH });
  const drawn = Array.from({ length: count }, () => [...MEAN, ...LOG_STD]).flat();
  const draw = {
    actions: new Float32Array(count * 2),
    kept: new Float32Array(count * 2),
    logProb: new Float32Array(count),
  };
  form.sample(createRng(1), drawn, draw);
  return draw;
}

describe('agents/ppo/gaussianForm', () => {
  it('draws lie within the bounds, and around the middle + reach * tanh(mean) that is the greedy action', () => {
    const { actions } = sample(4000);
    const { greedy } = evaluate([0, 0]);
    [Math.tanh(0.4), 2 + 2 * Math.tanh(-0.9)].forEach((value, k) => expect(greedy[k]).to.be.closeTo(value, 1e-6));
    for (let k = 0; k < 2; k++) {
      const column = [...actions].filter((_, i) => i % 2 === k).sort((a, b) => a - b);
      expect(column[0]).to.be.at.least(LOW[k]);
      expect(column[column.length - 1]).to.be.at.most(HIGH[k]);
      expect(column[2000]).to.be.closeTo(greedy[k], 0.07 * (HIGH[k] - LOW[k])); // the median survives the squashing
    }
  });

  it('the graph gives a draw the log probability it was drawn with', () => {
    const { kept, logProb } = sample(20);
    for (let i = 0; i < 20; i++) {
      expect(evaluate([...kept.subarray(2 * i, 2 * i + 2)]).logProb).to.be.closeTo(logProb[i], 1e-5);
    }
  });

  it('that log probability is of the action, not of what was squashed: it integrates to one over the bounds', () => {
    let mass = 0;
    const cells = 40;
    for (let i = 0; i < cells; i++) {
      for (let j = 0; j < cells; j++) {
        const unit = [-1 + (2 * (i + 0.5)) / cells, -1 + (2 * (j + 0.5)) / cells];
        mass += Math.exp(evaluate(unit.map(Math.atanh)).logProb) * (2 / cells) * (4 / cells);
      }
    }
    expect(mass).to.be.closeTo(1, 0.02);
  });

  it('the entropy is the mean of minus the log probability', () => {
    const { logProb } = sample(40_000);
    const mean = logProb.reduce((sum, value) => sum - value / logProb.length, 0);
    expect(evaluate([0, 0]).entropy).to.be.closeTo(mean, 0.02);
    const unsquashed = LOG_STD.reduce((sum, s) => sum + s + Math.log(2 * Math.PI * Math.E) / 2, 0);
    expect(Math.abs(unsquashed - mean)).to.be.greaterThan(0.5); // the normal's own entropy is far off
  });

  it('far out, where tanh is 1 in single precision, everything stays finite', () => {
    for (const x of [-60, 60]) expect(Number.isFinite(evaluate([x, x]).logProb)).to.equal(true);
  });

  it('bounds with nothing between them are refused', () => {
    for (const [low, high] of [
      [[0], [0]],
      [[1], [-1]],
      [[0], [1, 2]],
      [[-Infinity], [1]],
      [[], []],
    ]) {
      expect(() => gaussianForm({ kind: 'continuous', low, high })).to.throw(/need room between their bounds/);
    }
  });
});
