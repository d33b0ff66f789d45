/** The part of a graph that its outputs need. */

import { InputError } from '../../core/errors.ts';
import type { Graph } from './graph.ts';
import type { Tensor } from './tensor.ts';

/** The nodes that lead to any of the outputs, in order of construction. */
export function reachable(graph: Graph, outputs: readonly Tensor[]): Tensor[] {
  const needed = new Uint8Array(graph.nodes.length);
  for (const tensor of outputs) {
    if (tensor.graph !== graph) throw new InputError({ what: 'a fetch belongs to another graph', where: 'program' });
    needed[tensor.id] = 1;
  }
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (needed[id]) for (const input of graph.nodes[id].inputs) needed[input.id] = 1;
  }
  return graph.nodes.filter((node) => needed[node.id]);
}
