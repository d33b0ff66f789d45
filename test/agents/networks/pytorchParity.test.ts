import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { convolve } from '../../../agents/networks/conv1d.ts';
import { unrollLstm } from '../../../agents/networks/lstm.ts';
import { selfAttention } from '../../../agents/networks/selfAttention.ts';
import { encoderLayer } from '../../../agents/networks/transformer.ts';
import { gradients } from '../../../agents/nn/gradients.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { mul } from '../../../agents/nn/ops/arithmetic.ts';
import { reduceSum } from '../../../agents/nn/ops/reduce.ts';
import { concat, reshape } from '../../../agents/nn/ops/shaping.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import { stringAttribute, type Tensor } from '../../../agents/nn/tensor.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { createRng } from '../../../core/rng.ts';

interface Case {
  readonly x: readonly number[];
  readonly xShape: readonly number[];
  readonly lossWeights: readonly number[];
  readonly out: readonly number[];
  readonly xGradient: readonly number[];
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

interface Fixture {
  readonly units: number;
  readonly numHeads: number;
  readonly feedForward: number;
  readonly cases: Readonly<Record<'lstm' | 'attention' | 'transformer' | 'convolution', Case>>;
}

const file = new URL('../../parity/pytorch-networks.json', import.meta.url);
const { units, numHeads, feedForward, cases }: Fixture = JSON.parse(readFileSync(file, 'utf8'));
const TOLERANCE = 2e-5;

/** The same layers, ours. */
const LAYERS: Readonly<Record<keyof Fixture['cases'], (x: Tensor) => Tensor>> = {
  lstm: (x) =>
    concat(
      unrollLstm(x, 'net/lstm', units).map(({ hidden }) => reshape(hidden, [1, x.shape[1], units])),
      0,
    ),
  attention: (x) => selfAttention(x, { name: 'net/attention', numHeads, queries: 'all' }),
  transformer: (x) =>
    encoderLayer(x, { name: 'net/layer', luck: null }, { numHeads, feedForward, dropout: 0, queries: 'all' }),
  convolution: (x) => convolve(x, { name: 'net/conv', channels: units, kernel: 3, dilation: 2 }),
};

/** Outputs and gradients by name. */
async function compute({ x, xShape, lossWeights, parameters }: Case, layer: (x: Tensor) => Tensor) {
  const graph = new Graph();
  const input = graph.input('x', xShape);
  const out = layer(input);
  const loss = reduceSum(mul(out, graph.constant(lossWeights, out.shape.map(Number))));
  const wrt = [input, ...graph.parameters('net')];
  const found = gradients(loss, wrt);
  const variables = new Variables();
  variables.initialize(graph, createRng(1));
  for (const [name, values] of Object.entries(parameters)) variables.set(name, values);
  const names = wrt.map((tensor) => stringAttribute(tensor, 'name'));
  const fetches = { out, ...Object.fromEntries(names.map((name, i) => [`by ${name}`, found[i]])) };
  const executable = await createOrtEngine().compile({ graph, fetches }, variables);
  const fetched = executable.run({ x: Float32Array.from(x) });
  executable.dispose();
  return { fetched, names };
}

const worst = (found: ArrayLike<number>, wanted: readonly number[]): number => {
  expect(found.length).to.equal(wanted.length);
  return Math.max(...wanted.map((value, i) => Math.abs(found[i] - value)));
};

describe('networks beside PyTorch', () => {
  for (const kind of ['lstm', 'attention', 'transformer', 'convolution'] as const) {
    it(`${kind}: outputs, and gradients by the input and by every parameter, agree to 2e-5`, async () => {
      const wanted = cases[kind];
      const { fetched, names } = await compute(wanted, LAYERS[kind]);
      expect(worst(fetched.out, wanted.out)).to.be.at.most(TOLERANCE);
      expect(worst(fetched['by x'], wanted.xGradient)).to.be.at.most(TOLERANCE);
      expect(names.slice(1).sort()).to.deep.equal(Object.keys(wanted.gradients).sort());
      for (const name of names.slice(1)) {
        expect(worst(fetched[`by ${name}`], wanted.gradients[name]), name).to.be.at.most(TOLERANCE);
      }
    });
  }

  it('another number of heads is seen', async () => {
    const { fetched } = await compute(cases.attention, (x) =>
      selfAttention(x, { name: 'net/attention', numHeads: 3, queries: 'all' }),
    );
    expect(worst(fetched.out, cases.attention.out)).to.be.above(100 * TOLERANCE);
  });

  it('the last bar that asks alone hears what it hears among all', async () => {
    const { fetched } = await compute(
      { ...cases.transformer, lossWeights: cases.transformer.lossWeights.slice(0, 3 * units) },
      (x) => encoderLayer(x, { name: 'net/layer', luck: null }, { numHeads, feedForward, dropout: 0, queries: 'last' }),
    );
    const bars = cases.transformer.xShape[1];
    const lastBars = cases.transformer.out.filter((_, i) => Math.floor(i / units) % bars === bars - 1);
    expect(worst(fetched.out, lastBars)).to.be.at.most(TOLERANCE);
  });
});
