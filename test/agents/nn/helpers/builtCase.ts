/** An op case made concrete: a graph, values to feed, and the gradients by its inputs. */

import { expect } from 'chai';
import fc from 'fast-check';
import { gradients } from '../../../../agents/nn/gradients.ts';
import { Graph } from '../../../../agents/nn/graph.ts';
import { mul } from '../../../../agents/nn/ops/arithmetic.ts';
import { reduceSum } from '../../../../agents/nn/ops/reduce.ts';
import { sizeOf, type Tensor } from '../../../../agents/nn/tensor.ts';
import type { Rng } from '../../../../core/rng.ts';
import type { OpCase, Sizes } from './opCases.ts';

export const drawnCase = fc.record({
  sizes: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 })),
  seed: fc.nat(),
});

export interface BuiltCase {
  readonly graph: Graph;
  readonly out: Tensor;
  readonly inputs: readonly Tensor[];
  readonly loss: Tensor;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

/** The op, and a loss that weighs every element of its output differently. */
export function buildCase({ build, positive = false }: OpCase, sizes: Sizes, rng: Rng): BuiltCase {
  const graph = new Graph();
  const out = build(graph, sizes);
  const weights = Array.from({ length: sizeOf(out.shape) }, () => rng.normal());
  const loss = reduceSum(mul(out, graph.constant(weights, out.shape.map(Number))));
  const feeds = Object.fromEntries(
    [...graph.inputs].map(([name, { shape }]) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, () => (positive ? 0.2 + 1.8 * rng.next() : rng.normal())),
    ]),
  );
  return { graph, out, inputs: [...graph.inputs.values()], loss, feeds };
}

/** The inputs that the loss depends on through differentiable ops: `y` of an argMax is not one. */
export function differentiable({ inputs, loss }: BuiltCase): Tensor[] {
  return inputs.filter((input) => {
    try {
      gradients(loss, [input]);
      return true;
    } catch {
      return false;
    }
  });
}

export const gradientsOf = (built: BuiltCase): Tensor[] => gradients(built.loss, differentiable(built));

/** Within `tolerance`, relative to values above 1. */
export function expectClose(
  actual: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(actual.length, what).to.equal(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const limit = tolerance * Math.max(1, Math.abs(wanted[i]));
    // Written so that a NaN fails.
    if (Math.abs(actual[i] - wanted[i]) <= limit) continue;
    expect.fail(`${what}[${i}]: ${actual[i]} against ${wanted[i]}`);
  }
}
