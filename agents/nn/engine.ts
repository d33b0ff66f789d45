/** What runs a graph: a program is compiled once for an engine and then run with values. */

import type { Graph } from './graph.ts';
import type { Tensor, TensorValues } from './tensor.ts';
import type { Variables } from './variables.ts';

/** A rule of descent that an engine may compute in one pass over memory. Its scalars are the step size, the epsilon, and what is kept of the weights. */
export interface AdamRule {
  readonly kind: 'adam';
  readonly beta1: number;
  readonly beta2: number;
}

/** An update said in another way: from the gradient, by a rule the engine may know. Both ways give the same bytes. */
interface FusedUpdate {
  readonly rule: AdamRule;
  /** Groups of the rule's state vectors. */
  readonly state: readonly string[];
  /** Gradient by all parameters of the group, flat, in order of declaration. */
  readonly gradient: Tensor;
  /** Scalar that the gradient is multiplied by first; null: none. */
  readonly scale: Tensor | null;
}

/** A change of variables at the end of a run: whole groups take new values. */
export interface Update {
  /** Group whose `step` counts the updates. */
  readonly group: string;
  /** New value of each group, as one flat vector. */
  readonly assignments: readonly { readonly group: string; readonly value: Tensor }[];
  /** Scalar inputs that the engine computes before each run from the count of updates and the learning rate. */
  readonly coefficients: readonly Tensor[];
  /** Name of the feed that holds the learning rate. */
  readonly learningRate: string;
  /** @param step 1 at the first update @param out one value for each of `coefficients` */
  writeCoefficients(step: number, learningRate: number, out: Float64Array): void;
  readonly fused: FusedUpdate;
}

export interface Program {
  readonly graph: Graph;
  readonly fetches: Readonly<Record<string, Tensor>>;
  readonly updates?: readonly Update[];
}

/** Values by input name; a number feeds a scalar. Feeding the same arrays again, filled anew, is fastest. */
export type Feeds = Readonly<Record<string, TensorValues | number>>;

/** Values by fetch name. */
export type Fetches<Name extends string = string> = Readonly<Record<Name, TensorValues>>;

export interface Executable {
  /** Runs at once and synchronously; the arrays returned are overwritten by the next run. */
  run(feeds: Feeds): Fetches;
  dispose(): void;
}

export interface Engine {
  readonly name: string;
  compile(program: Program, variables: Variables): Promise<Executable>;
}
