/** A program as an ONNX model: only what its outputs need, each output under its name. */

import { InputError } from '../../../core/errors.ts';
import type { Graph } from '../graph.ts';
import { reachable } from '../reachable.ts';
import { stringAttribute, type Tensor, type TensorValues } from '../tensor.ts';
import { LOWERINGS, type OnnxSink } from './lowering.ts';
import type { OnnxInitializer, OnnxModel, OnnxNode, OnnxValue } from './model.ts';

export interface EncodedProgram extends OnnxModel {
  /** Variables that the model takes as inputs, in the model's order. */
  readonly parameters: readonly Tensor[];
  /** Whole groups that the model takes as inputs. */
  readonly vectors: readonly Tensor[];
}

/** How leaves that live in `Variables` are called in the model. */
export const leafName = (leaf: Tensor): string =>
  leaf.op.name === 'vector' ? `${stringAttribute(leaf, 'group')}/*` : stringAttribute(leaf, 'name');

/**
 * @param outputs tensors by output name
 * @param frozen values of a parameter, to be written into the model; without it parameters are inputs
 */
export function encodeProgram(
  graph: Graph,
  outputs: ReadonlyMap<string, Tensor>,
  frozen?: (parameter: Tensor) => TensorValues,
): EncodedProgram {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxInitializer>();
  const inputs: OnnxValue[] = [];
  const parameters: Tensor[] = [];
  const vectors: Tensor[] = [];
  const names = new Map<number, string>();
  let temporaries = 0;

  const sink: OnnxSink = {
    name(tensor) {
      const name = names.get(tensor.id);
      if (name === undefined) throw new TypeError(`tensor ${tensor.id} (${tensor.op.name}) is used before it is made`);
      return name;
    },
    emit(opType, nodeInputs, { output = `v${temporaries++}`, attributes } = {}) {
      nodes.push({ opType, inputs: nodeInputs, outputs: [output], ...(attributes && { attributes }) });
      return output;
    },
    float(value) {
      const name = `f:${value}`;
      initializers.set(name, { name, dims: [], values: Float32Array.of(value), dtype: 'float32' });
      return name;
    },
    ones(length) {
      const name = `ones:${length}`;
      initializers.set(name, { name, dims: [length], values: new Float32Array(length).fill(1), dtype: 'float32' });
      return name;
    },
    integers(values) {
      const name = `i:${values.join()}`;
      initializers.set(name, {
        name,
        dims: [values.length],
        values: BigInt64Array.from(values, BigInt),
        dtype: 'int64',
      });
      return name;
    },
  };

  // The first output name of a tensor becomes its own; further ones are copies, as ONNX wants distinct outputs.
  const outputNames = new Map<number, string>();
  for (const [name, tensor] of outputs) {
    if (!isLeaf(tensor) && !outputNames.has(tensor.id)) outputNames.set(tensor.id, name);
  }

  for (const node of reachable(graph, [...outputs.values()])) {
    if (node.op.name === 'constant') {
      const name = `c${node.id}`;
      initializers.set(name, {
        name,
        dims: node.shape.map(Number),
        values: graph.constantValues(node),
        dtype: node.dtype,
      });
      names.set(node.id, name);
    } else if (isLeaf(node)) {
      const name = leafName(node);
      names.set(node.id, name);
      if (node.op.name !== 'input' && frozen !== undefined) {
        initializers.set(name, { name, dims: node.shape.map(Number), values: frozen(node), dtype: 'float32' });
        continue;
      }
      inputs.push({ name, shape: node.shape, dtype: node.dtype });
      if (node.op.name === 'parameter') parameters.push(node);
      if (node.op.name === 'vector') vectors.push(node);
    } else {
      const output = outputNames.get(node.id);
      if (output === undefined && node.op.name === 'stopGradient') {
        names.set(node.id, sink.name(node.inputs[0]));
        continue;
      }
      const name = output ?? `t${node.id}`;
      lower(node, sink, name);
      names.set(node.id, name);
    }
  }
  for (const [name, tensor] of outputs) {
    if (outputNames.get(tensor.id) !== name) sink.emit('Identity', [sink.name(tensor)], { output: name });
  }
  const values = [...outputs].map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  return { nodes, initializers: [...initializers.values()], inputs, outputs: values, parameters, vectors };
}

const isLeaf = (node: Tensor): boolean => node.inputs.length === 0;

function lower(node: Tensor, sink: OnnxSink, output: string): void {
  const lowering = LOWERINGS[node.op.name];
  if (lowering === undefined) throw new InputError({ what: `op '${node.op.name}' has no ONNX form`, where: 'onnx' });
  lowering(node, sink, output);
}
