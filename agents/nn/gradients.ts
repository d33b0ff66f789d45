/** Reverse-mode differentiation: builds the nodes that compute the gradient of a loss. */

import { InputError } from '../../core/errors.ts';
import { accumulate } from './accumulate.ts';
import { div, mul, sub } from './ops/arithmetic.ts';
import { equal, greaterOrEqual, lessOrEqual, where } from './ops/compare.ts';
import type { GradientOps } from './ops/gradientOps.ts';
import { oneHot } from './ops/indexing.ts';
import { cast, clip, exp, neg, sigmoid, sign, square } from './ops/pointwise.ts';
import { reduceSum } from './ops/reduce.ts';
import { broadcastTo, reshape } from './ops/shaping.ts';
import { shapeError, type Shape, type Tensor } from './tensor.ts';

function sumTo(gradient: Tensor, shape: Shape): Tensor {
  const lead = gradient.shape.length - shape.length;
  const stretched = gradient.shape.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  return reshape(stretched.length === 0 ? gradient : reduceSum(gradient, stretched, { keepDims: true }), shape);
}

// prettier-ignore
const OPS: GradientOps = {
  mul, sub, div, neg, exp, square, sign, sigmoid, clip, cast, equal, lessOrEqual, greaterOrEqual, where, reduceSum, oneHot,
  reshape, broadcastTo, sumTo,
};

/**
 * The gradient of a scalar by each of `wrt`, as nodes of the same graph.
 *
 * @throws InputError when the loss does not depend on one of them
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  const { graph } = loss;
  if (loss.shape.length !== 0 || loss.dtype !== 'float32')
    throw shapeError(graph, 'gradients', [loss], 'the loss must be a float32 scalar');

  const leadsToWrt = new Uint8Array(loss.id + 1);
  for (const target of wrt) if (target.id <= loss.id) leadsToWrt[target.id] = 1;
  for (let id = 0; id <= loss.id; id++) {
    if (graph.nodes[id].inputs.some((input) => leadsToWrt[input.id])) leadsToWrt[id] = 1;
  }

  const parts = new Map<number, Tensor[]>([[loss.id, [graph.constant([1], [])]]]);
  const byNode = new Map<number, Tensor>();
  for (let id = loss.id; id >= 0; id--) {
    const ofNode = parts.get(id);
    const node = graph.nodes[id];
    if (ofNode === undefined || !leadsToWrt[id]) continue;
    const g = accumulate(ofNode);
    byNode.set(id, g);
    if (node.inputs.length === 0) continue;
    node.op.gradient(node, g, OPS).forEach((part, i) => {
      const input = node.inputs[i];
      if (part === null || !leadsToWrt[input.id]) return;
      const others = parts.get(input.id);
      if (others === undefined) parts.set(input.id, [part]);
      else others.push(part);
    });
  }

  return wrt.map((target) => {
    const g = byNode.get(target.id);
    if (g !== undefined) return g;
    throw new InputError({
      what: 'the loss does not depend on a tensor to differentiate by',
      where: graph.where,
      value: target.attributes.name ?? target.op.name,
    });
  });
}
