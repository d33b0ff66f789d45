/** What an executable does at each run, worked out once. */

import type { Program } from '../engine.ts';
import { reachable } from '../reachable.ts';
import type { Tensor } from '../tensor.ts';

/** One node to compute. */
export interface Step {
  readonly node: Tensor;
  /** Nodes that nobody reads after this one: their tensors go at once, so that memory holds no more than it must. */
  readonly spent: readonly Tensor[];
}

export interface Plan {
  readonly constants: readonly Tensor[];
  readonly inputs: readonly Tensor[];
  readonly steps: readonly Step[];
}

/** @throws InputError when a fetch belongs to another graph */
export function planProgram({ graph, fetches, updates = [] }: Program): Plan {
  const outputs = [
    ...Object.values(fetches),
    ...updates.flatMap(({ assignments }) => assignments.map(({ value }) => value)),
  ];
  const nodes = reachable(graph, outputs);
  const lastReader = new Map<Tensor, Tensor>();
  for (const node of nodes) for (const input of node.inputs) lastReader.set(input, node);
  for (const output of outputs) lastReader.delete(output);
  return {
    constants: nodes.filter(({ op }) => op.name === 'constant'),
    inputs: nodes.filter(({ op }) => op.name === 'input'),
    steps: nodes
      .filter(({ inputs }) => inputs.length > 0)
      .map((node) => ({
        node,
        spent: [...new Set(node.inputs)].filter((input) => input.inputs.length > 0 && lastReader.get(input) === node),
      })),
  };
}
