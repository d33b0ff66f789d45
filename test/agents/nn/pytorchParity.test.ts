import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { adam } from '../../../agents/nn/adam.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { given } from '../../../agents/nn/initializers.ts';
import { ACTIVATIONS } from '../../../agents/nn/layers.ts';
import { huberLoss, meanSquaredError, softmaxCrossEntropy } from '../../../agents/nn/losses.ts';
import { linear } from '../../../agents/nn/ops/matmul.ts';
import { minimize } from '../../../agents/nn/optimizer.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import type { Tensor } from '../../../agents/nn/tensor.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { createRng } from '../../../core/rng.ts';

type Layer = readonly [weight: readonly number[], bias: readonly number[]];

interface Setting {
  readonly loss: 'mse' | 'huber' | 'crossEntropy';
  readonly activation: 'tanh' | 'relu';
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly maxGradNorm: number | null;
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  readonly finalWeights: readonly Layer[];
}

interface Fixture {
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly labels: readonly number[];
  readonly startWeights: readonly Layer[];
  readonly settings: Readonly<Record<string, Setting>>;
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('../../parity/pytorch-mlp.json', import.meta.url), 'utf8'));
const { sizes, batch } = fixture;
const TOLERANCE = 1e-5;

function buildNetwork(graph: Graph, activation: 'tanh' | 'relu'): Tensor {
  return fixture.startWeights.reduce(
    (x, [weight, bias], i) => {
      const w = graph.parameter(`mlp/${i}/weight`, [sizes[i], sizes[i + 1]], given(weight));
      const b = graph.parameter(`mlp/${i}/bias`, [sizes[i + 1]], given(bias));
      const out = linear(x, w, b);
      return i === fixture.startWeights.length - 1 ? out : ACTIVATIONS[activation](out);
    },
    graph.input('x', [batch, sizes[0]]),
  );
}

async function train(setting: Setting, { fuseUpdates = true, beta1 = 0.9 } = {}) {
  const graph = new Graph();
  const out = buildNetwork(graph, setting.activation);
  const y = graph.input('y', [batch, sizes[sizes.length - 1]]);
  const label = graph.input('label', [batch], 'int32');
  const loss = {
    mse: () => meanSquaredError(out, y),
    huber: () => huberLoss(out, y, 0.5),
    crossEntropy: () => softmaxCrossEntropy(out, label),
  }[setting.loss]();
  const { update, gradientNorm } = minimize(loss, {
    group: 'mlp',
    optimizer: adam({ beta1, weightDecay: setting.weightDecay }),
    maxGradNorm: setting.maxGradNorm,
  });
  const variables = new Variables();
  variables.initialize(graph, createRng(0));
  const fetches = { loss, ...(gradientNorm !== null && { gradientNorm }) };
  const executable = await createOrtEngine({ fuseUpdates }).compile({ graph, fetches, updates: [update] }, variables);
  const feeds = {
    x: Float32Array.from(fixture.x),
    y: Float32Array.from(fixture.y),
    label: Int32Array.from(fixture.labels),
    learningRate: setting.learningRate,
  };
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < setting.losses.length; step++) {
    const fetched = executable.run(feeds);
    losses.push(fetched.loss[0]);
    if (gradientNorm !== null) norms.push(fetched.gradientNorm[0]);
  }
  executable.dispose();
  return { losses, norms, variables };
}

/** The largest difference between our final weights and PyTorch's. */
const worstWeight = (variables: Variables, wanted: readonly Layer[]): number =>
  Math.max(
    ...wanted.flatMap(([weight, bias], i) => [
      ...variables.get(`mlp/${i}/weight`).map((value, k) => Math.abs(value - weight[k])),
      ...variables.get(`mlp/${i}/bias`).map((value, k) => Math.abs(value - bias[k])),
    ]),
  );

describe('ten training steps beside PyTorch', () => {
  for (const [name, setting] of Object.entries(fixture.settings)) {
    it(`${name}: losses, gradient norms and weights agree to 1e-5`, async () => {
      const { losses, norms, variables } = await train(setting);
      losses.forEach((loss, i) => expect(loss).to.be.closeTo(setting.losses[i], TOLERANCE));
      norms.forEach((norm, i) => expect(norm).to.be.closeTo(setting.gradientNorms[i], TOLERANCE));
      expect(norms.length).to.equal(setting.maxGradNorm === null ? 0 : setting.losses.length);
      expect(worstWeight(variables, setting.finalWeights)).to.be.at.most(TOLERANCE);
    });

    it(`${name}: the kernel and the graph form of Adam give the same bytes`, async () => {
      const [kernel, graph] = [await train(setting), await train(setting, { fuseUpdates: false })];
      expect(kernel.losses).to.deep.equal(graph.losses);
      expect(kernel.variables.hash()).to.equal(graph.variables.hash());
    });
  }

  it('another decay of the mean gradient is seen', async () => {
    const setting = fixture.settings.mseAdam;
    const { variables } = await train(setting, { beta1: 0.8 });
    expect(worstWeight(variables, setting.finalWeights)).to.be.above(100 * TOLERANCE);
  });
});
