import { expect } from 'chai';
import { describe, it } from 'mocha';
import { quantileForm, quantileHuber } from '../../../agents/dqn/quantileForm.ts';
import { meanSquaredError } from '../../../agents/nn/losses.ts';
import { gradients } from '../../../agents/nn/gradients.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { reduceSum } from '../../../agents/nn/ops/reduce.ts';
import { reshape } from '../../../agents/nn/ops/shaping.ts';
import type { Tensor } from '../../../agents/nn/tensor.ts';
import { evaluateReference } from '../nn/helpers/referenceEngine.ts';

/** Twenty samples of a skewed return, in no order. */
const SAMPLES = Array.from({ length: 20 }, (_, i) => ((7 * i) % 20) ** 2 / 40);
const QUANTILES = 4;

/** Where plain gradient descent on `loss(quantiles, samples)` comes to rest. */
function descend(loss: (chosen: Tensor, target: Tensor) => Tensor): number[] {
  const graph = new Graph();
  const chosen = graph.input('chosen', [1, QUANTILES]);
  const target = graph.input('target', [1, SAMPLES.length]);
  const [gradient] = gradients(loss(chosen, target), [chosen]);
  let values = [4, 4, 4, 4];
  for (let step = 0; step < 1500; step++) {
    const rate = step < 1000 ? 0.3 : 0.03;
    const slope = evaluateReference(graph, [gradient], { chosen: values, target: SAMPLES })[0];
    values = values.map((value, i) => value - rate * slope[i]);
  }
  return values;
}

describe('agents/dqn/quantileForm', () => {
  it('at rest, each output has its share of the samples below it; a squared error would give the mean four times', () => {
    const found = descend((chosen, target) => reduceSum(quantileHuber(chosen, target, 0.01)));
    const below = found.map((value) => SAMPLES.filter((sample) => sample <= value + 0.02).length / SAMPLES.length);
    [0.125, 0.375, 0.625, 0.875].forEach((tau, i) => expect(below[i]).to.be.closeTo(tau, 0.051));
    const mean = SAMPLES.reduce((a, b) => a + b, 0) / SAMPLES.length;
    const squared = descend((chosen, target) =>
      meanSquaredError(reshape(chosen, [QUANTILES, 1]), reshape(target, [1, SAMPLES.length])),
    );
    for (const value of squared) expect(value).to.be.closeTo(mean, 0.01);
  });

  it('too low costs tau, too high costs 1 - tau, and within delta the cost is a parabola', () => {
    const graph = new Graph();
    const loss = quantileHuber(graph.input('chosen', [1, 2]), graph.input('target', [1, 1]), 1);
    const ask = (chosen: readonly number[], target: number): number =>
      evaluateReference(graph, [loss], { chosen, target: [target] })[0][0];
    expect(ask([0, 0], 3)).to.be.closeTo((0.25 + 0.75) * 2.5, 1e-9);
    expect(ask([3, 0], 3)).to.be.closeTo(0.75 * 2.5, 1e-9);
    expect(ask([3, 3], 0)).to.be.closeTo((0.75 + 0.25) * 2.5, 1e-9);
    expect(ask([0, 3], 0)).to.be.closeTo(0.25 * 2.5, 1e-9);
    expect(ask([0, 0.5], 0)).to.be.closeTo(0.25 * 0.125, 1e-9);
  });

  it('the target is reward + bootstrap * each quantile of the next action, without a gradient; the value is their mean', () => {
    const graph = new Graph();
    const step = {
      chosen: graph.input('chosen', [1, 2]),
      next: graph.input('next', [1, 2]),
      reward: graph.input('reward', [1]),
      bootstrap: graph.input('bootstrap', [1]),
    };
    const form = quantileForm({ numQuantiles: 2 }, 1);
    const { loss } = form.error(step);
    // Both targets are 1 + 0.5 * 4 = 3, and both outputs say so.
    expect(
      evaluateReference(graph, [loss], { chosen: [3, 3], next: [4, 4], reward: [1], bootstrap: [0.5] })[0][0],
    ).to.equal(0);
    expect(
      evaluateReference(graph, [loss], { chosen: [3, 3], next: [4, 4], reward: [1], bootstrap: [0] })[0][0],
    ).to.be.above(1);
    expect(() => gradients(reduceSum(loss), [step.next])).to.throw(/does not depend/);
    const outputs = graph.input('outputs', [1, 2, 2]);
    expect([...evaluateReference(graph, [form.values(outputs)], { outputs: [1, 3, -1, 0] })[0]]).to.deep.equal([
      2, -0.5,
    ]);
  });
});
