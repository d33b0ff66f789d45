/**
 * Small outputs leave a model as one.
 *
 * onnxruntime's binding makes a JavaScript tensor of every output of every run, also where it has written into a buffer of
 * ours: for a loss of one number that takes longer than the last layer of its network.
 */

import type { HostTensor, ValueInfo } from '../hostTensor.ts';
import { sizeOf, type TensorValues } from '../tensor.ts';
import type { OnnxInitializer, OnnxModel, OnnxNode } from './model.ts';

/** What a model puts out, and where in it the values are that the caller asked for. */
export interface Packing {
  readonly outputs: readonly ValueInfo[];
  /** The values of every name, as parts of the outputs' buffers: no copy. */
  unpack(outputs: Readonly<Record<string, HostTensor>>): Readonly<Record<string, TensorValues>>;
}

const PACKED = '#packed';
/** Copying more numbers than this takes longer than an output of their own. */
const MOST_NUMBERS = 1024;
const FLAT: OnnxInitializer = { name: 'i:-1', dims: [1], values: BigInt64Array.of(-1n), dtype: 'int64' };

const isSmall = ({ dtype, shape }: ValueInfo): boolean =>
  dtype === 'float32' && shape.every((dim) => typeof dim === 'number') && sizeOf(shape) <= MOST_NUMBERS;

/** Every output on its own. */
export const separate = (outputs: readonly ValueInfo[]): Packing => ({
  outputs,
  unpack: (tensors) => Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data])),
});

/** @param isOpen whether an output of that name may be packed; others stay in the model as they are and are not the packing's */
export function packOutputs(
  model: OnnxModel,
  isOpen: (name: string) => boolean,
): { readonly model: OnnxModel; readonly packing: Packing } {
  const open = model.outputs.filter(({ name }) => isOpen(name));
  const small = open.filter(isSmall);
  if (small.length < 2) return { model, packing: separate(open) };

  const flat = small.map(({ name }) => `${name}/flat`);
  const sizes = small.map(({ shape }) => sizeOf(shape));
  const packed: ValueInfo = { name: PACKED, dtype: 'float32', shape: [sizes.reduce((sum, size) => sum + size, 0)] };
  const nodes = small.map(({ name }, i): OnnxNode => ({
    opType: 'Reshape',
    inputs: [name, FLAT.name],
    outputs: [flat[i]],
  }));
  const join: OnnxNode = { opType: 'Concat', inputs: flat, outputs: [PACKED], attributes: { axis: 0 } };
  const isLarge = (output: ValueInfo): boolean => !small.includes(output);
  return {
    model: {
      ...model,
      nodes: [...model.nodes, ...nodes, join],
      initializers: [...model.initializers.filter(({ name }) => name !== FLAT.name), FLAT],
      outputs: [packed, ...model.outputs.filter(isLarge)],
    },
    packing: {
      outputs: [packed, ...open.filter(isLarge)],
      unpack({ [PACKED]: whole, ...others }) {
        let end = 0;
        const parts = small.map(({ name }, i) => [name, whole.data.subarray(end, (end += sizes[i]))] as const);
        return { ...separate([]).unpack(others), ...Object.fromEntries(parts) };
      },
    },
  };
}
