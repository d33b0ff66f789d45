import { expect } from 'chai';
import { describe, it } from 'mocha';
import { gradients } from '../../../agents/nn/gradients.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { given } from '../../../agents/nn/initializers.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import type { Tensor } from '../../../agents/nn/tensor.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { clippedSurrogate, valueLoss } from '../../../agents/ppo/ppoGraph.ts';
import { createRng } from '../../../core/rng.ts';

/** The loss that `build` makes of a vector of parameters, and its gradient by each of them. */
async function lossAndGradient(values: readonly number[], build: (x: Tensor) => Tensor) {
  const graph = new Graph();
  const x = graph.parameter('p/x', [values.length], given(values));
  const loss = build(x);
  const [gradient] = gradients(loss, [x]);
  const variables = new Variables();
  variables.initialize(graph, createRng(1));
  const executable = await createOrtEngine().compile({ graph, fetches: { loss, gradient } }, variables);
  const fetched = executable.run({});
  executable.dispose();
  return { loss: fetched.loss[0], gradient: Array.from(fetched.gradient) };
}

const near = (found: readonly number[], expected: readonly number[]) =>
  expected.forEach((value, i) => expect(found[i]).to.be.closeTo(value, 1e-6));

describe('agents/ppo/ppoGraph', () => {
  it('the surrogate stops pulling once a ratio has moved 0.2 the way its advantage points, and only then', async () => {
    const ratios = [1, 1.5, 0.5, 1.5, 0.5];
    const advantages = [2, 2, 2, -2, -2];
    const { loss, gradient } = await lossAndGradient(ratios, (x) =>
      clippedSurrogate(x, x.graph.constant(advantages, [5]), 0.2),
    );
    near(gradient, [-2 / 5, 0, -2 / 5, 2 / 5, 0]);
    expect(loss).to.be.closeTo(-(2 + 2.4 + 1 - 3 - 1.6) / 5, 1e-6);
  });

  it('without clipping in reach it is the plain policy gradient', async () => {
    const { gradient } = await lossAndGradient([1.5, 0.5], (x) =>
      clippedSurrogate(x, x.graph.constant([2, -2], [2]), 10),
    );
    near(gradient, [-1, 1]);
  });

  it('the value loss is half the squared error; clipped, it is the worse of two', async () => {
    const old = [0, 0, 0];
    const target = [1, 1, -1];
    const values = [0.5, 0.1, 0.5];
    const build = (clipCoef: number | null) => (x: Tensor) =>
      valueLoss(x, x.graph.constant(old, [3]), x.graph.constant(target, [3]), clipCoef);
    const plain = await lossAndGradient(values, build(null));
    expect(plain.loss).to.be.closeTo((0.25 + 0.81 + 2.25) / 6, 1e-6);
    near(plain.gradient, [-0.5 / 3, -0.9 / 3, 1.5 / 3]);
    const clipped = await lossAndGradient(values, build(0.2));
    expect(clipped.loss).to.be.closeTo((0.64 + 0.81 + 2.25) / 6, 1e-6);
    near(clipped.gradient, [0, -0.9 / 3, 1.5 / 3]);
  });
});
