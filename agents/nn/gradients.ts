/** Reverse-mode differentiation: builds the nodes that compute the gradient of a loss. */

import { InputError } from '../../core/errors.ts';
import { shapeError, type Tensor } from './tensor.ts';
import { add } from './ops/arithmetic.ts';

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

  const byNode = new Map<number, Tensor>([[loss.id, graph.constant([1], [])]]);
  for (let id = loss.id; id >= 0; id--) {
    const g = byNode.get(id);
    const node = graph.nodes[id];
    if (g === undefined || !leadsToWrt[id] || node.inputs.length === 0) continue;
    node.op.gradient(node, g).forEach((part, i) => {
      const input = node.inputs[i];
      if (part === null || !leadsToWrt[input.id]) return;
      const sum = byNode.get(input.id);
      byNode.set(input.id, sum === undefined ? part : add(sum, part));
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
