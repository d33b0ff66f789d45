/** Values as histograms over fixed atoms. Paper: https://arxiv.org/abs/1707.06887 */

import { z } from 'zod';
import { div, maximum, mul, sub } from '../nn/ops/arithmetic.ts';
import { matmul } from '../nn/ops/matmul.ts';
import { abs, clip, log, relu, stopGradient } from '../nn/ops/pointwise.ts';
import { reduceSum } from '../nn/ops/reduce.ts';
import { reshape } from '../nn/ops/shaping.ts';
import { logSoftmax, softmax } from '../nn/ops/softmax.ts';
import type { Graph } from '../nn/graph.ts';
import type { Tensor } from '../nn/tensor.ts';
import { shiftAtoms, takeAtoms, type TdStep, type ValueForm } from './valueForm.ts';

export const categoricalConfig = z.strictObject({
  numAtoms: z.int().min(2).default(51).describe('bars of the histogram'),
  minValue: z.number().default(-10).describe('value of the lowest atom; discounted returns below it count as it'),
  maxValue: z.number().default(10).describe('value of the highest atom'),
});

export type CategoricalConfig = z.infer<typeof categoricalConfig>;

/** The logarithm of a probability below this is taken of this. */
const LEAST = 1e-12;

function atomValues(graph: Graph, { numAtoms, minValue, maxValue }: CategoricalConfig): Tensor {
  const step = (maxValue - minValue) / (numAtoms - 1);
  return graph.constant(
    Array.from({ length: numAtoms }, (_, i) => minValue + i * step),
    [numAtoms],
  );
}

/**
 * The distribution of reward + bootstrap * return, carried back onto the atoms.
 *
 * What falls between two atoms is shared by nearness, which keeps the mean; what falls outside counts as the end atom.
 *
 * @param step `next` are probabilities (batch, atoms) @returns (batch, atoms)
 */
export function projectCategorical(step: Omit<TdStep, 'chosen'>, config: CategoricalConfig): Tensor {
  const { numAtoms, minValue, maxValue } = config;
  const { next } = step;
  const [batch] = next.shape;
  const atoms = atomValues(next.graph, config);
  const moved = clip(shiftAtoms(atoms, step), minValue, maxValue); // (batch, atoms)
  const distance = abs(sub(reshape(moved, [batch, 1, numAtoms]), reshape(atoms, [numAtoms, 1]))); // (batch, to, from)
  const share = relu(sub(1, div(distance, (maxValue - minValue) / (numAtoms - 1))));
  return reshape(matmul(share, reshape(next, [batch, numAtoms, 1])), [batch, numAtoms]);
}

/** Learned by the Kullback-Leibler divergence from the projected target. */
export const categoricalForm = (config: CategoricalConfig): ValueForm => ({
  atoms: config.numAtoms,
  values: (outputs) => reduceSum(mul(softmax(outputs), atomValues(outputs.graph, config)), -1),
  take: takeAtoms,
  error({ chosen, next, reward, bootstrap }) {
    const target = stopGradient(projectCategorical({ next: softmax(next), reward, bootstrap }, config));
    const surprise = sub(log(maximum(target, LEAST)), logSoftmax(chosen));
    const divergence = reduceSum(mul(target, surprise), -1); // (batch)
    return { loss: divergence, tdError: divergence };
  },
});
