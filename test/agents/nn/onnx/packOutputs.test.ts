import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Graph } from '../../../../agents/nn/graph.ts';
import { hostTensor, type HostTensor } from '../../../../agents/nn/hostTensor.ts';
import { encodeProgram } from '../../../../agents/nn/onnx/encodeProgram.ts';
import { encodeModel, type OnnxModel } from '../../../../agents/nn/onnx/model.ts';
import { packOutputs, separate, type Packing } from '../../../../agents/nn/onnx/packOutputs.ts';
import { matmul } from '../../../../agents/nn/ops/matmul.ts';
import { neg } from '../../../../agents/nn/ops/pointwise.ts';
import { argMax, reduceMean, reduceSum } from '../../../../agents/nn/ops/reduce.ts';
import { openSession } from '../../../../agents/nn/ort/session.ts';
import { allocateOutputs } from '../../../../agents/nn/feeding.ts';

const ROWS = 40;
const sizes = new Map([['batch', 3]]);

/** Outputs of every sort: scalar, vector, matrix, one too large, one of integers, one whose size is known when it runs. */
function program(): OnnxModel {
  const graph = new Graph();
  const x = graph.input('x', [ROWS, 5]);
  const free = graph.input('free', ['batch', 2]);
  const outputs = {
    loss: reduceMean(x),
    negated: neg(x),
    large: matmul(x, x, { transposeB: true }),
    columns: reduceSum(x, 0),
    best: argMax(x),
    ofBatch: neg(free),
    own: reduceSum(x, 1),
  };
  return encodeProgram(graph, new Map(Object.entries(outputs)));
}

function run(model: OnnxModel, packing: Packing, own: Record<string, HostTensor>) {
  const session = openSession(encodeModel(model));
  const outputs = allocateOutputs(packing.outputs, sizes);
  const feeds = {
    x: hostTensor(
      'float32',
      [ROWS, 5],
      Float32Array.from({ length: ROWS * 5 }, (_, i) => Math.sin(i)),
    ),
    free: hostTensor('float32', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)),
  };
  session.run(feeds, { ...outputs, ...own });
  session.dispose();
  return packing.unpack(outputs);
}

const placed = () => ({ own: hostTensor('float32', [ROWS], new Float32Array(ROWS)) });
const isOpen = (name: string) => name !== 'own';

describe('small outputs packed into one', () => {
  it('every name has the values that it has without, and what has a place of its own is written there', () => {
    const model = program();
    const packed = packOutputs(model, isOpen);
    const [ours, plain] = [placed(), placed()];
    const values = run(packed.model, packed.packing, ours);
    const alone = separate(model.outputs.filter(({ name }) => isOpen(name)));
    expect(values).to.deep.equal(run(model, alone, plain));
    expect(values).to.have.keys('loss', 'negated', 'large', 'columns', 'best', 'ofBatch');
    expect(values.loss[0]).to.not.equal(values.columns[0]);
    expect(ours).to.deep.equal(plain);
    expect(ours.own.data.some((value) => value !== 0)).to.equal(true);
  });

  it('only small numbers of a fixed shape are packed', () => {
    const { model, packing } = packOutputs(program(), isOpen);
    expect(model.outputs.map(({ name }) => name)).to.deep.equal(['#packed', 'large', 'best', 'ofBatch', 'own']);
    expect(packing.outputs.map(({ name }) => name)).to.deep.equal(['#packed', 'large', 'best', 'ofBatch']);
    expect(packing.outputs[0].shape).to.deep.equal([1 + ROWS * 5 + 5]);
  });

  it('a single small output stays as it is', () => {
    const model = program();
    const { model: same, packing } = packOutputs(model, (name) => name === 'loss' || name === 'large');
    expect(same).to.equal(model);
    expect(packing.outputs.map(({ name }) => name)).to.deep.equal(['loss', 'large']);
  });
});
