import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Graph } from '../../../../agents/nn/graph.ts';
import { composeModels, type ModelPart } from '../../../../agents/nn/onnx/composeModels.ts';
import { decodeModel } from '../../../../agents/nn/onnx/decodeModel.ts';
import { exportOnnx } from '../../../../agents/nn/onnx/exportOnnx.ts';
import { encodeModel } from '../../../../agents/nn/onnx/model.ts';
import { dense } from '../../../../agents/nn/layers.ts';
import { argMax } from '../../../../agents/nn/ops/reduce.ts';
import { softmax } from '../../../../agents/nn/ops/softmax.ts';
import { clip } from '../../../../agents/nn/ops/pointwise.ts';
import { loadOnnx } from '../../../../agents/nn/ort/loadOnnx.ts';
import { Variables } from '../../../../agents/nn/variables.ts';
import { createRng } from '../../../../core/rng.ts';
import { FlashEnv } from '../../helpers/flashEnv.ts';
import { smallDqn, smallPpo } from '../../helpers/learners.ts';

/** y = softmax of a layer of x; `bound` keeps x in [-2, 2], an attribute or a constant of its own. */
function layer(seed: number, inputs: number): Uint8Array {
  const graph = new Graph();
  const y = softmax(dense(clip(graph.input('x', ['batch', inputs]), -2, 2), { name: 'net/layer', units: 3 }));
  const variables = new Variables();
  variables.initialize(graph, createRng(seed));
  return exportOnnx({ graph, fetches: { y, best: argMax(y) } }, variables);
}

const part = (name: string, model: Uint8Array, ports: ModelPart['ports']): ModelPart => ({
  name,
  model: decodeModel(model),
  ports,
});

describe('agents/nn/onnx: models read back', () => {
  it('what was written is read and written again byte for byte, whatever network it is', async () => {
    const { spec } = new FlashEnv(8, 1);
    const learners = [
      await smallDqn({ spec, totalSteps: 1 }, { quantile: { numQuantiles: 5 } }),
      await smallPpo({ spec, totalSteps: 1 }, { recurrent: { units: 4, horizonSteps: 4 }, numMinibatches: 2 }),
    ];
    for (const learner of learners) {
      const bytes = learner.exportPolicy();
      expect(Buffer.compare(encodeModel(decodeModel(bytes)), bytes)).to.equal(0);
      learner.dispose();
    }
  });

  it('bytes that are no model, or cut short, are refused', () => {
    const bytes = layer(1, 2);
    expect(() => decodeModel(bytes.slice(0, 50))).to.throw(/cut short/);
    expect(() => decodeModel(Uint8Array.of(8, 8))).to.throw(/0 times field 7/);
    expect(() => decodeModel(new TextEncoder().encode('not a model'))).to.throw(/onnx model/);
  });

  it('one model reads what another says, and shares its inputs', async () => {
    const [first, second] = [layer(1, 2), layer(2, 3)];
    const whole = composeModels(
      [
        part('a', first, { y: 'hidden', best: 'unused' }),
        part('b', second, { x: 'hidden' }),
        part('c', first, { y: 'same', best: 'same best' }),
      ],
      ['y', 'same'],
    );
    const x = Float32Array.of(1, -3, 0.5, 0.25);
    const composed = await loadOnnx(encodeModel(whole));
    expect(composed.inputs.map(({ name }) => name)).to.deep.equal(['x']);
    expect(composed.outputs.map(({ name }) => name)).to.deep.equal(['y', 'same']);
    const [alone, after] = [await loadOnnx(first), await loadOnnx(second)];
    const hidden = alone.run({ x }).y.slice() as Float32Array;
    const found = composed.run({ x });
    expect([...found.same]).to.deep.equal([...hidden]);
    expect([...found.y]).to.deep.equal([...after.run({ x: hidden }).y]);
  });

  it('an input of two shapes, an output said twice and one that nobody says are refused', () => {
    const [narrow, wide] = [layer(1, 2), layer(2, 3)];
    const ports = { y: 'y2', best: 'best2' };
    const compose = (parts: ModelPart[], outputs: string[]) => () => composeModels(parts, outputs);
    expect(compose([part('a', narrow, {}), part('b', wide, ports)], ['y'])).to.throw(
      /b: models disagree on 'x'.*batch, 2/,
    );
    expect(compose([part('a', narrow, {}), part('b', narrow, {})], ['y'])).to.throw(/two parts say 'y'/);
    expect(compose([part('a', narrow, {})], ['z'])).to.throw(/no part says 'z'/);
  });
});
