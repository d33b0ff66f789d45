import { expect } from 'chai';
import { describe, it } from 'mocha';
import { gradients } from '../../../agents/nn/gradients.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { dense, layerNorm } from '../../../agents/nn/layers.ts';
import { mul } from '../../../agents/nn/ops/arithmetic.ts';
import { reduceSum } from '../../../agents/nn/ops/reduce.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { createRng } from '../../../core/rng.ts';
import { evaluateReference } from './helpers/referenceEngine.ts';

const ROWS = 3;
const FEATURES = 6;
const rng = createRng(4);
const x = Float32Array.from({ length: ROWS * FEATURES }, () => 5 + 3 * rng.normal());
const weights = Array.from({ length: ROWS * FEATURES }, () => rng.normal());

describe('layers', () => {
  it('layer norm gives every row mean 0 and variance 1, whatever its scale was', async () => {
    const graph = new Graph();
    const y = layerNorm(graph.input('x', ['batch', FEATURES]), { name: 'net/norm', epsilon: 1e-8 });
    const variables = new Variables();
    variables.initialize(graph, createRng(1));
    const out = (await createOrtEngine().compile({ graph, fetches: { y } }, variables)).run({ x }).y;
    for (let row = 0; row < ROWS; row++) {
      const values = [...out.subarray(row * FEATURES, (row + 1) * FEATURES)];
      const mean = values.reduce((sum, value) => sum + value, 0) / FEATURES;
      expect(mean).to.be.closeTo(0, 1e-5);
      expect(values.reduce((sum, value) => sum + value * value, 0) / FEATURES).to.be.closeTo(1, 1e-4);
    }
  });

  it('the gradients of layer norm by its input, scale and shift are what finite differences say', () => {
    const graph = new Graph();
    const input = graph.input('x', [ROWS, FEATURES]);
    const loss = reduceSum(mul(layerNorm(input, { name: 'net/norm' }), graph.constant(weights, [ROWS, FEATURES])));
    const draw = createRng(2);
    const feeds = {
      x,
      'net/norm/scale': Float64Array.from({ length: FEATURES }, () => draw.normal()),
      'net/norm/shift': Float64Array.from({ length: FEATURES }, () => draw.normal()),
    };
    const wrt = [input, ...graph.parameters('net')];
    const found = evaluateReference(graph, gradients(loss, wrt), feeds);
    Object.entries(feeds).forEach(([name, values], which) => {
      for (let i = 0; i < values.length; i++) {
        const lossAt = (shift: number): number => {
          const moved = Float64Array.from(values);
          moved[i] += shift;
          return evaluateReference(graph, [loss], { ...feeds, [name]: moved })[0][0];
        };
        expect(found[which][i], `${name}[${i}]`).to.be.closeTo((lossAt(1e-5) - lossAt(-1e-5)) / 2e-5, 1e-6);
      }
    });
  });

  it('two layers of one name share their weights', () => {
    const graph = new Graph();
    const build = (input: string) => dense(graph.input(input, [1, 2]), { name: 'net/shared', units: 3 });
    build('a');
    build('b');
    expect(graph.parameters('net').map(({ shape }) => shape)).to.deep.equal([[2, 3], [3]]);
  });
});
