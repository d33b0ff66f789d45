/** Gradient descent on one group of parameters, as nodes of the graph. */

import type { AdamRule, Update } from './engine.ts';
import { gradients } from './gradients.ts';
import { zeros } from './initializers.ts';
import { add, div, minimum, mul } from './ops/arithmetic.ts';
import { sqrt } from './ops/pointwise.ts';
import { reduceSumSquare } from './ops/reduce.ts';
import { concat, reshape } from './ops/shaping.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** All vectors are flat and as long as the group. */
interface OptimizerStep {
  readonly parameters: Tensor;
  readonly gradient: Tensor;
  readonly state: readonly Tensor[];
  readonly coefficients: readonly Tensor[];
}

/** A rule of descent, free of state: its moments are vectors that the caller keeps. */
export interface Optimizer {
  /** Names of the state vectors; each starts at zero. */
  readonly state: readonly string[];
  /** Names of the scalars that {@link writeCoefficients} computes. */
  readonly coefficients: readonly string[];
  /** The same rule for engines that compute it in one pass. */
  readonly rule: AdamRule;
  /** New parameters and new state. */
  update(step: OptimizerStep): { readonly parameters: Tensor; readonly state: readonly Tensor[] };
  /** @param step 1 at the first update @param out one value for each of `coefficients` */
  writeCoefficients(step: number, learningRate: number, out: Float64Array): void;
}

interface MinimizeOptions {
  /** Group whose parameters descend. */
  readonly group: string;
  readonly optimizer: Optimizer;
  /** Gradients are scaled down to this global L2 norm; null: never. */
  readonly maxGradNorm?: number | null;
  /** Name of the feed that gives the learning rate at each run. */
  readonly learningRate?: string;
}

/** Keeps the quotient finite at a gradient of zero; PyTorch's `clip_grad_norm_` adds the same. */
const NORM_EPSILON = 1e-6;

/** Builds the gradient of a loss and the update of the group by it. The norm is taken before clipping; null without clipping. */
export function minimize(loss: Tensor, options: MinimizeOptions): { update: Update; gradientNorm: Tensor | null } {
  const { group, optimizer, maxGradNorm = null, learningRate = 'learningRate' } = options;
  const { graph } = loss;
  const parts = gradients(loss, graph.parameters(group));
  const gradientNorm =
    maxGradNorm === null ? null : sqrt(parts.map((part) => reduceSumSquare(part)).reduce((a, b) => add(a, b)));
  const scale =
    maxGradNorm === null || gradientNorm === null
      ? null
      : minimum(div(maxGradNorm, add(gradientNorm, NORM_EPSILON)), 1);
  const flat = concat(
    parts.map((part) => reshape(part, [sizeOf(part.shape)])),
    0,
  );

  graph.trainedGroups.add(group);
  const parameters = graph.vector(group);
  const stateGroups = optimizer.state.map((name) => `${group}:${name}`);
  const state = stateGroups.map((name) => graph.parameter(`${name}/vector`, parameters.shape.map(Number), zeros));
  const coefficients = optimizer.coefficients.map((name) => graph.input(`${group}:${name}`, []));
  const next = optimizer.update({
    parameters,
    gradient: scale === null ? flat : mul(flat, scale),
    state,
    coefficients,
  });
  const update: Update = {
    group,
    assignments: [
      { group, value: next.parameters },
      ...stateGroups.map((name, i) => ({ group: name, value: next.state[i] })),
    ],
    coefficients,
    learningRate,
    writeCoefficients: optimizer.writeCoefficients,
    fused: { rule: optimizer.rule, state: stateGroups, gradient: flat, scale },
  };
  return { update, gradientNorm };
}
