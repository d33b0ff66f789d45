/** A static graph of tensors under construction: its inputs, parameters, constants, and the nodes made of them. */

import { InputError } from '../../core/errors.ts';
import type { Initializer } from './initializers.ts';
import {
  showShape,
  sizeOf,
  type Attributes,
  type DType,
  type Op,
  type Shape,
  type Tensor,
  type TensorValues,
} from './tensor.ts';

/** Leaves pass no gradient on. */
const leaf = (name: string): Op => ({ name, gradient: () => [] });
const INPUT = leaf('input');
const PARAMETER = leaf('parameter');
const VECTOR = leaf('vector');
const CONSTANT = leaf('constant');

/** How a parameter starts, beside the tensor that stands for it. */
export interface ParameterDeclaration {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly tensor: Tensor;
}

/**
 * Builds nodes, and builds the same node only once: equal op, inputs and attributes give the same tensor.
 *
 * The part of a parameter's name before the first slash is its group; a group lies in one flat vector.
 */
export class Graph {
  readonly nodes: Tensor[] = [];
  readonly inputs = new Map<string, Tensor>();
  readonly groups = new Map<string, ParameterDeclaration[]>();
  /** Groups that an optimizer of this graph changes: they get room for a gradient. */
  readonly trainedGroups = new Set<string>();
  readonly #constants = new Map<Tensor, TensorValues>();
  readonly #known = new Map<string, Tensor>();
  readonly #scopes: string[] = [];

  /** Where the graph is being built, for error messages. */
  get where(): string {
    return this.#scopes.length === 0 ? 'graph' : this.#scopes.join('/');
  }

  /** Runs `build` so that a shape error inside names the layer. */
  scope<T>(layer: string, build: () => T): T {
    this.#scopes.push(layer);
    try {
      return build();
    } finally {
      this.#scopes.pop();
    }
  }

  /** A value fed at each run. The same name again is the same tensor. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor {
    const known = this.inputs.get(name);
    if (known !== undefined) return this.#same(known, shape, dtype, `input '${name}'`);
    const tensor = this.#append({ op: INPUT, inputs: [], attributes: { name }, shape, dtype });
    this.inputs.set(name, tensor);
    return tensor;
  }

  /** A trained or remembered value that lives in `Variables`. The same name again is the same tensor: shared weights. */
  parameter(name: string, shape: readonly number[], initializer: Initializer): Tensor {
    const group = groupOf(name);
    const members = this.groups.get(group) ?? [];
    const known = members.find((member) => member.name === name);
    if (known !== undefined) return this.#same(known.tensor, shape, 'float32', `parameter '${name}'`);
    if (this.#known.has(`vector ${group}`)) {
      throw new InputError({
        what: `parameter '${name}' comes too late`,
        where: this.where,
        rule: `group '${group}' is already used as one vector`,
      });
    }
    const tensor = this.#append({ op: PARAMETER, inputs: [], attributes: { name }, shape, dtype: 'float32' });
    this.groups.set(group, [...members, { name, shape, initializer, tensor }]);
    return tensor;
  }

  /** The tensors of a group's parameters, in order of declaration. */
  parameters(group: string): Tensor[] {
    return this.#members(group).map((member) => member.tensor);
  }

  /** All parameters of a group as the one vector they lie in, in order of declaration; the group takes no more. */
  vector(group: string): Tensor {
    const key = `vector ${group}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const length = this.#members(group).reduce((sum, member) => sum + sizeOf(member.shape), 0);
    const tensor = this.#append({ op: VECTOR, inputs: [], attributes: { group }, shape: [length], dtype: 'float32' });
    this.#known.set(key, tensor);
    return tensor;
  }

  constant(
    values: readonly number[] | TensorValues,
    shape: readonly number[],
    dtype: DType = inferDType(values),
  ): Tensor {
    const array = toArray(values, dtype);
    if (array.length !== sizeOf(shape)) {
      throw new InputError({
        what: 'constant does not fill its shape',
        where: this.where,
        rule: `${showShape(shape)} holds ${sizeOf(shape)} values`,
        value: array.length,
      });
    }
    const key =
      array.length <= 16
        ? `constant ${dtype} [${shape.join()}] ${array.join()} ${Array.from(array, (v) => Object.is(v, -0)).join()}`
        : null;
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const tensor = this.#append({ op: CONSTANT, inputs: [], attributes: {}, shape, dtype });
    this.#constants.set(tensor, array);
    if (key !== null) this.#known.set(key, tensor);
    return tensor;
  }

  /** Values of a tensor made by `constant`. */
  constantValues(tensor: Tensor): TensorValues {
    const values = this.#constants.get(tensor);
    if (values === undefined)
      throw new TypeError(`tensor ${tensor.id} (${tensor.op.name}) is not a constant of this graph`);
    return values;
  }

  /** Adds the node of an op, or finds the equal one; ops call this after they have checked the shapes. */
  node(op: Op, inputs: readonly Tensor[], result: { shape: Shape; dtype: DType; attributes?: Attributes }): Tensor {
    for (const input of inputs) {
      if (input.graph !== this)
        throw new InputError({ what: `${op.name} mixes tensors of two graphs`, where: this.where });
    }
    const { shape, dtype, attributes = {} } = result;
    const key = `${op.name} ${inputs.map((input) => input.id).join()} ${dtype} ${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const tensor = this.#append({ op, inputs, attributes, shape, dtype });
    this.#known.set(key, tensor);
    return tensor;
  }

  #append(node: Omit<Tensor, 'graph' | 'id'>): Tensor {
    const tensor: Tensor = { graph: this, id: this.nodes.length, ...node };
    this.nodes.push(tensor);
    return tensor;
  }

  #members(group: string): readonly ParameterDeclaration[] {
    const members = this.groups.get(group);
    if (members !== undefined) return members;
    throw new InputError({
      what: `no parameter belongs to group '${group}'`,
      where: this.where,
      rule: `known groups are ${[...this.groups.keys()].join(', ')}`,
    });
  }

  #same(known: Tensor, shape: Shape, dtype: DType, what: string): Tensor {
    if (known.dtype === dtype && known.shape.length === shape.length && known.shape.every((dim, i) => dim === shape[i]))
      return known;
    throw new InputError({
      what: `${what} was declared as ${showShape(known.shape)} ${known.dtype} and again as ${showShape(shape)} ${dtype}`,
      where: this.where,
    });
  }
}

/** The group that a parameter belongs to: its name up to the first slash. */
export function groupOf(name: string): string {
  const end = name.indexOf('/');
  if (end > 0 && end < name.length - 1) return name.slice(0, end);
  throw new InputError({
    what: `parameter '${name}' has no group`,
    where: 'graph',
    rule: "a name is 'group/rest', like 'online/head/weight'",
  });
}

const inferDType = (values: readonly number[] | TensorValues): DType =>
  values instanceof Int32Array ? 'int32' : values instanceof Uint8Array ? 'bool' : 'float32';

function toArray(values: readonly number[] | TensorValues, dtype: DType): TensorValues {
  if (dtype === 'float32') return Float32Array.from(values);
  return dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values);
}
