/** Proximal policy optimization as graphs: acting, exploring, one update. Paper: https://arxiv.org/abs/1707.06347 */

import type { EnvSpec } from '../../core/spec.ts';
import { scoreSize } from '../learnerParts.ts';
import { logitsHead, valueHead } from '../networks/heads.ts';
import { buildTrunk } from '../networks/network.ts';
import { observe, type ObservedTensors } from '../networks/observation.ts';
import { adam } from '../nn/adam.ts';
import type { Program } from '../nn/engine.ts';
import { Graph } from '../nn/graph.ts';
import { categoricalEntropy, logProbability } from '../nn/losses.ts';
import { add, div, maximum, minimum, mul, sub } from '../nn/ops/arithmetic.ts';
import { greater } from '../nn/ops/compare.ts';
import { abs, cast, clip, exp, neg, sqrt, square } from '../nn/ops/pointwise.ts';
import { argMax, reduceMean } from '../nn/ops/reduce.ts';
import { logSoftmax } from '../nn/ops/softmax.ts';
import { minimize } from '../nn/optimizer.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { PpoConfig } from './ppoConfig.ts';

/** One group, so that one global norm clips the gradients of both. */
export const POLICY_GROUP = 'policy';
/** CleanRL's and Stable-Baselines3's; Adam's own 1e-8 is less stable here. */
const ADAM_EPSILON = 1e-5;

/** @returns (batch, numActions) */
const buildActor = (config: PpoConfig, spec: EnvSpec, observed: ObservedTensors): Tensor =>
  logitsHead(
    buildTrunk(config.network, observed, { name: `${POLICY_GROUP}/actor`, luck: null }),
    `${POLICY_GROUP}/actor`,
    scoreSize(spec.actions),
  );

/** @returns (batch) */
const buildCritic = (config: PpoConfig, observed: ObservedTensors): Tensor =>
  valueHead(
    buildTrunk(config.network, observed, { name: `${POLICY_GROUP}/critic`, luck: null }),
    `${POLICY_GROUP}/critic`,
  );

/** Greedy actions, for any number of observations. */
export function buildActing(config: PpoConfig, spec: EnvSpec): Program {
  const graph = new Graph();
  const scores = buildActor(config, spec, observe(graph, spec, 'batch'));
  return { graph, fetches: { action: argMax(scores), scores } };
}

/** What an actor that explores must know: the log probability of every action, and the critic's value. */
export function buildExploring(config: PpoConfig, spec: EnvSpec): Program {
  const graph = new Graph();
  const observed = observe(graph, spec, 'batch');
  return {
    graph,
    fetches: { logProbs: logSoftmax(buildActor(config, spec, observed)), value: buildCritic(config, observed) },
  };
}

/** The pessimistic of the plain and the clipped surrogate. All (batch). @returns mean over the batch, to be minimized */
export function clippedSurrogate(ratio: Tensor, advantage: Tensor, clipCoef: number): Tensor {
  const clipped = clip(ratio, 1 - clipCoef, 1 + clipCoef);
  return neg(reduceMean(minimum(mul(advantage, ratio), mul(advantage, clipped))));
}

/** Half the squared error; with a radius, the worse of the plain and the one whose value moved at most that far. */
export function valueLoss(value: Tensor, oldValue: Tensor, returnTarget: Tensor, clipCoef: number | null): Tensor {
  const plain = square(sub(value, returnTarget));
  if (clipCoef === null) return mul(reduceMean(plain), 0.5);
  const moved = add(oldValue, clip(sub(value, oldValue), -clipCoef, clipCoef));
  return mul(reduceMean(maximum(plain, square(sub(moved, returnTarget)))), 0.5);
}

/** Mean 0 and sample deviation 1 over the batch. */
function normalize(x: Tensor, batchSize: number): Tensor {
  const centered = sub(x, reduceMean(x));
  const variance = mul(reduceMean(square(centered)), batchSize / Math.max(1, batchSize - 1));
  return div(centered, add(sqrt(variance), 1e-8));
}

/** One update of actor and critic from a minibatch of a rollout. */
export function buildUpdate(config: PpoConfig, spec: EnvSpec, batchSize: number): Program {
  const { clipCoef, clipValueLoss, entCoef, vfCoef, maxGradNorm, normalizeAdvantage } = config;
  const graph = new Graph();
  const observed = observe(graph, spec, batchSize);
  const action = graph.input('action', [batchSize], 'int32');
  const oldLogProb = graph.input('oldLogProb', [batchSize]);
  const oldValue = graph.input('oldValue', [batchSize]);
  const returnTarget = graph.input('returnTarget', [batchSize]);
  const advantage = graph.input('advantage', [batchSize]);

  const logits = buildActor(config, spec, observed);
  const value = buildCritic(config, observed);
  const logRatio = sub(logProbability(logits, action), oldLogProb);
  const ratio = exp(logRatio);

  const policyLoss = clippedSurrogate(
    ratio,
    normalizeAdvantage ? normalize(advantage, batchSize) : advantage,
    clipCoef,
  );
  const criticLoss = valueLoss(value, oldValue, returnTarget, clipValueLoss ? clipCoef : null);
  const entropy = reduceMean(categoricalEntropy(logits));
  const loss = add(sub(policyLoss, mul(entropy, entCoef)), mul(criticLoss, vfCoef));

  const optimizer = adam({ epsilon: ADAM_EPSILON });
  const { update, gradientNorm } = minimize(loss, { group: POLICY_GROUP, optimizer, maxGradNorm });
  return {
    graph,
    fetches: {
      loss,
      policyLoss,
      valueLoss: criticLoss,
      entropy,
      approxKl: reduceMean(sub(sub(ratio, 1), logRatio)),
      clipFraction: reduceMean(cast(greater(abs(sub(ratio, 1)), clipCoef), 'float32')),
      ...(gradientNorm !== null && { gradientNorm }),
    },
    updates: [update],
  };
}
