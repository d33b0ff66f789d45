/** The user's side of an executable: values by name become tensors, and results get buffers that are allocated once. */

import { InputError, nearestName } from '../../core/errors.ts';
import type { Feeds } from './engine.ts';
import { hostTensor, type HostTensor, type ValueInfo } from './hostTensor.ts';
import { factorsOf, showShape, type DType, type Shape, type TensorValues } from './tensor.ts';

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

const allocate = (dtype: DType, length: number): TensorValues => new ARRAYS[dtype](length);

interface Port {
  readonly info: ValueInfo;
  /** Product of the sizes that are numbers. */
  readonly fixed: number;
  /** The size known only at run time, where there is one. */
  readonly free: string | null;
  /** A buffer for numbers fed to a scalar. */
  readonly scalar: HostTensor | null;
  last: TensorValues | null;
}

/** Turns feeds into tensors, reusing the tensor while the same array is fed. */
export class Feeding {
  /** Sizes that the last feeds gave to the names among the shapes. */
  readonly sizes = new Map<string, number>();
  readonly #ports: readonly Port[];
  #checkedNames = false;
  #extraNames: readonly string[];

  /** @param extraNames further feeds that are allowed and read elsewhere */
  constructor(inputs: readonly ValueInfo[], extraNames: readonly string[] = []) {
    this.#extraNames = extraNames;
    this.#ports = inputs.map((info): Port => {
      const free = info.shape.filter((dim) => typeof dim === 'string');
      if (new Set(free).size > 1) {
        throw new InputError({
          what: `input '${info.name}' has more than one size known only at run time`,
          where: 'program',
          value: showShape(info.shape),
        });
      }
      const fixed = info.shape.reduce<number>((product, dim) => (typeof dim === 'number' ? product * dim : product), 1);
      const scalar =
        fixed === 1 && free.length === 0
          ? hostTensor(info.dtype, info.shape.map(Number), allocate(info.dtype, 1))
          : null;
      return { info, fixed, free: free[0] ?? null, scalar, last: null };
    });
  }

  /** Writes the tensor of every input into `target`. True when a size differs from the run before. */
  write(feeds: Feeds, target: Record<string, HostTensor>): boolean {
    if (!this.#checkedNames) this.#checkNames(feeds);
    let resized = false;
    for (const port of this.#ports) {
      const value = feeds[port.info.name];
      if (value === port.last) continue;
      if (typeof value === 'number') {
        target[port.info.name] = this.#scalar(port, value);
      } else {
        resized = this.#array(port, value, target) || resized;
      }
    }
    return resized;
  }

  #scalar(port: Port, value: number): HostTensor {
    const { info, scalar } = port;
    if (scalar === null) throw refuse(info, 'a number was fed', value);
    scalar.data[0] = value;
    port.last = null;
    return scalar;
  }

  #array(port: Port, value: TensorValues | undefined, target: Record<string, HostTensor>): boolean {
    const { info, fixed, free } = port;
    if (value === undefined)
      throw new InputError({
        what: `input '${info.name}' was not fed`,
        where: 'program',
        rule: `${showShape(info.shape)} ${info.dtype}`,
      });
    if (!(value instanceof ARRAYS[info.dtype]))
      throw refuse(info, 'the array has another type', value.constructor.name);
    let resized = false;
    if (free === null ? value.length !== fixed : value.length % fixed !== 0)
      throw refuse(info, 'the array has another length', value.length);
    if (free !== null) {
      const size = value.length / fixed;
      resized = this.sizes.get(free) !== size;
      this.sizes.set(free, size);
    }
    target[info.name] = hostTensor(info.dtype, resolveShape(info.shape, this.sizes), value);
    port.last = value;
    return resized;
  }

  #checkNames(feeds: Feeds): void {
    const known = [...this.#ports.map((port) => port.info.name), ...this.#extraNames];
    for (const name of Object.keys(feeds)) {
      if (known.includes(name)) continue;
      const nearest = nearestName(name, known);
      throw new InputError({
        what: `unknown input '${name}'`,
        where: 'program',
        rule: `inputs are ${known.join(', ')}`,
        ...(nearest !== null && { hint: `did you mean '${nearest}'?` }),
      });
    }
    this.#checkedNames = true;
  }
}

/** Fresh buffers for outputs of the given sizes. */
export const allocateOutputs = (
  outputs: readonly ValueInfo[],
  sizes: ReadonlyMap<string, number>,
): Record<string, HostTensor> =>
  Object.fromEntries(
    outputs.map(({ name, dtype, shape }) => {
      const dims = resolveShape(shape, sizes);
      return [
        name,
        hostTensor(
          dtype,
          dims,
          allocate(
            dtype,
            dims.reduce((product, dim) => product * dim, 1),
          ),
        ),
      ];
    }),
  );

/** A shape with the sizes that the feeds gave. */
export const resolveShape = (shape: Shape, sizes: ReadonlyMap<string, number>): number[] =>
  shape.map((dim) => {
    const { names, number } = factorsOf([dim]);
    return names.reduce((product, name) => {
      const size = sizes.get(name);
      if (size === undefined) throw new InputError({ what: `size '${name}' is given by no input`, where: 'program' });
      return product * size;
    }, number);
  });

const refuse = (info: ValueInfo, what: string, value: unknown): InputError =>
  new InputError({
    what: `input '${info.name}' does not fit: ${what}`,
    where: 'program',
    rule: `${showShape(info.shape)} ${info.dtype}`,
    value,
  });
