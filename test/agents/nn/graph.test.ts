import { expect } from 'chai';
import { describe, it } from 'mocha';
import { adam } from '../../../agents/nn/adam.ts';
import { gradients } from '../../../agents/nn/gradients.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { zeros } from '../../../agents/nn/initializers.ts';
import { dense } from '../../../agents/nn/layers.ts';
import { add, mul } from '../../../agents/nn/ops/arithmetic.ts';
import { gatherRows, takeAlong } from '../../../agents/nn/ops/indexing.ts';
import { linear, matmul } from '../../../agents/nn/ops/matmul.ts';
import { relu } from '../../../agents/nn/ops/pointwise.ts';
import { reduceMean, reduceSum } from '../../../agents/nn/ops/reduce.ts';
import { concat, reshape, slice, split, transpose } from '../../../agents/nn/ops/shaping.ts';
import { minimize } from '../../../agents/nn/optimizer.ts';
import { InputError } from '../../../core/errors.ts';

describe('a graph', () => {
  it('refuses shapes that do not fit, naming the layer, the op and both shapes', () => {
    const graph = new Graph();
    const build = () =>
      graph.scope('trunk', () =>
        graph.scope('layer1', () => matmul(graph.input('x', [4, 5]), graph.input('w', [6, 7]))),
      );
    expect(build).to.throw(
      InputError,
      'trunk/layer1: matmul cannot take (4, 5) float32 and (6, 7) float32; rule: inner sizes 5 and 6 must be equal',
    );
    expect(graph.where).to.equal('graph');
  });

  it('a dense layer names itself', () => {
    const graph = new Graph();
    const x = graph.input('x', ['batch', 5]);
    dense(x, { name: 'online/hidden', units: 7 });
    const build = () => dense(graph.input('y', ['batch', 6]), { name: 'online/hidden', units: 7 });
    expect(build).to.throw(
      InputError,
      "online/hidden: parameter 'online/hidden/weight' was declared as (5, 7) float32 and again as (6, 7)",
    );
  });

  it('every kind of misfit is refused', () => {
    const graph = new Graph();
    const x = graph.input('x', [2, 3]);
    const row = graph.input('row', [2], 'int32');
    const attempts: (() => unknown)[] = [
      () => add(x, graph.input('y', [2, 4])),
      () => add(x, row),
      () => relu(row),
      () => linear(x, graph.input('w', [3, 4]), graph.input('b', [5])),
      () => reshape(x, [4, -1]),
      () => transpose(x, [0, 0]),
      () => concat([x, graph.input('z', [3, 3])], 1),
      () => slice(x, 1, 2, 5),
      () => split(x, 1, [1, 1]),
      () => reduceSum(x, 2),
      () => takeAlong(x, graph.input('long', [3], 'int32')),
      () => gatherRows(x, x),
      () => graph.constant([1, 2, 3], [2]),
      () => graph.parameter('nogroup', [1], zeros),
      () => add(x, new Graph().input('x', [2, 3])),
      () => add(graph.input('free', ['batch', 3]), graph.input('other', ['rows', 3])),
    ];
    attempts.forEach((attempt, i) => expect(attempt, `attempt ${i}`).to.throw(InputError));
  });

  it('builds equal nodes once', () => {
    const graph = new Graph();
    const x = graph.input('x', [2, 3]);
    expect(mul(add(x, 1), 2)).to.equal(mul(add(graph.input('x', [2, 3]), 1), 2));
    expect(add(x, 1)).not.to.equal(add(x, 2));
    expect(mul(x, 0)).not.to.equal(mul(x, -0));
  });

  it('passes sizes that are known only at run time through reshapes', () => {
    const graph = new Graph();
    const x = graph.input('x', ['batch', 4, 3]);
    expect(reshape(x, ['batch', -1]).shape).to.deep.equal(['batch', 12]);
    expect(reshape(x, [-1, 3]).shape).to.deep.equal(['batch*4', 3]);
    expect(reshape(add(reshape(x, [-1, 3]), 1), ['batch', -1, 3]).shape).to.deep.equal(['batch', 4, 3]);
    expect(reshape(reshape(x, ['batch', 12]), ['batch', 4, 3])).to.equal(x);
    expect(() => reshape(x, [5, -1])).to.throw(InputError, '(5, -1)');
  });

  it('a loss must be a scalar that depends on what it is differentiated by', () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', [2]), graph.input('y', [2])];
    expect(() => gradients(x, [x])).to.throw(InputError, 'scalar');
    expect(() => gradients(reduceSum(x), [y])).to.throw(InputError, 'does not depend');
    const free = graph.input('free', ['batch', 2]);
    expect(() => gradients(reduceMean(free), [free])).to.throw(InputError, "'batch' is not known");
  });

  it('a group that is trained takes no more parameters', () => {
    const graph = new Graph();
    const loss = reduceSum(dense(graph.input('x', [1, 2]), { name: 'net/a', units: 1 }));
    minimize(loss, { group: 'net', optimizer: adam() });
    expect(() => dense(graph.input('x', [1, 2]), { name: 'net/b', units: 1 })).to.throw(InputError, 'comes too late');
    expect(() => minimize(loss, { group: 'nett', optimizer: adam() })).to.throw(InputError, 'known groups are net');
  });
});
