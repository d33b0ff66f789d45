/** A tensor of the static graph: a node with a shape known when it is built, and no values. */

import { InputError } from '../../core/errors.ts';
import type { Graph } from './graph.ts';
import type { GradientOps } from './ops/gradientOps.ts';

export type DType = 'float32' | 'int32' | 'bool';

/** A size; a string names one that is known only when the graph runs, or a product with one: 'batch', 'rows', 'batch*60'. */
export type Dim = number | string;
export type Shape = readonly Dim[];
export type TensorValues = Float32Array | Int32Array | Uint8Array;

type AttributeValue = number | string | Shape;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * What a node computes: its name, which every engine knows, and its gradient.
 *
 * The gradient gets the node and the gradient of the loss by it, and returns the gradient by each input; null where
 * there is none (integers, conditions, addresses).
 */
export interface Op {
  readonly name: string;
  readonly gradient: (node: Tensor, outputGradient: Tensor, ops: GradientOps) => readonly (Tensor | null)[];
}

export interface Tensor {
  readonly graph: Graph;
  /** Position in the graph: inputs of a node come before it. */
  readonly id: number;
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A tensor, or a number that becomes a constant of the other operand's graph. */
export type Operand = Tensor | number;

export const showShape = (shape: Shape): string => `(${shape.join(', ')})`;

/** Refuses an op whose inputs do not fit, naming the layer being built, the op and the shapes. */
export function shapeError(graph: Graph, op: string, inputs: readonly Tensor[], rule: string): InputError {
  return new InputError({
    what: `${op} cannot take ${inputs.map((input) => `${showShape(input.shape)} ${input.dtype}`).join(' and ')}`,
    where: graph.where,
    rule,
  });
}

/** Elements of a shape whose sizes are all known. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) size *= fixedDim(dim);
  return size;
}

/** @throws InputError where a size that must be known is known only when the graph runs */
export function fixedDim(dim: Dim): number {
  if (typeof dim === 'number') return dim;
  throw new InputError({
    what: `size '${dim}' is not known while the graph is built`,
    where: 'graph',
    rule: 'gradients and reshapes through it need a number',
    hint: 'build the training graph with a fixed batch size',
  });
}

/** The names and the number that sizes multiply to: 'batch*4' is the size of 'batch' times 4. */
export function factorsOf(shape: Shape): { names: string[]; number: number } {
  const names: string[] = [];
  let number = 1;
  for (const factor of shape.flatMap((dim): Dim[] => (typeof dim === 'number' ? [dim] : dim.split('*')))) {
    if (typeof factor === 'string' && Number.isNaN(Number(factor))) names.push(factor);
    else number *= Number(factor);
  }
  return { names: names.sort(), number };
}

/** The inverse of {@link factorsOf}. */
export const dimOf = (names: readonly string[], number: number): Dim =>
  names.length === 0 ? number : [...names, ...(number === 1 ? [] : [number])].join('*');

/** Reads an attribute that an op stored as a number. */
export function numberAttribute(node: Tensor, name: string): number {
  const value = node.attributes[name];
  if (typeof value !== 'number') throw new TypeError(`${node.op.name} has no number '${name}'`);
  return value;
}

/** Reads an attribute that an op stored as a string. */
export function stringAttribute(node: Tensor, name: string): string {
  const value = node.attributes[name];
  if (typeof value !== 'string') throw new TypeError(`${node.op.name} has no string '${name}'`);
  return value;
}

/** Reads an attribute that an op stored as a shape. */
function shapeAttribute(node: Tensor, name: string): Shape {
  const value = node.attributes[name];
  if (typeof value !== 'object') throw new TypeError(`${node.op.name} has no shape '${name}'`);
  return value;
}

/** Reads an attribute that an op stored as a list of numbers. */
export const numbersAttribute = (node: Tensor, name: string): readonly number[] =>
  shapeAttribute(node, name).map(fixedDim);

/** Axis counted from the front; -1 is the last. */
export function resolveAxis(op: string, x: Tensor, axis: number): number {
  const resolved = axis < 0 ? x.shape.length + axis : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= x.shape.length) {
    throw shapeError(x.graph, op, [x], `axis ${axis} must be one of ${x.shape.length}`);
  }
  return resolved;
}
