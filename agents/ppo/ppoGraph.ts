/** Proximal policy optimization as graphs: acting, exploring, one update. Paper: https://arxiv.org/abs/1707.06347 */

import type { EnvSpec } from '../../core/spec.ts';
import { valueHead } from '../networks/heads.ts';
import type { LstmState } from '../networks/lstmCell.ts';
import type { Luck } from '../networks/luck.ts';
import { buildTrunk } from '../networks/network.ts';
import { observe, observeMask, type ObservedTensors } from '../networks/observation.ts';
import { adam } from '../nn/adam.ts';
import type { Program } from '../nn/engine.ts';
import { Graph } from '../nn/graph.ts';
import { add, div, maximum, minimum, mul, sub } from '../nn/ops/arithmetic.ts';
import { greater } from '../nn/ops/compare.ts';
import { abs, cast, clip, exp, neg, sqrt, square } from '../nn/ops/pointwise.ts';
import { reduceMean } from '../nn/ops/reduce.ts';
import { minimize } from '../nn/optimizer.ts';
import type { Dim, Tensor } from '../nn/tensor.ts';
import { makeActionForm } from './actionForm.ts';
import type { PpoConfig } from './ppoConfig.ts';
import { joinMemory, remember, splitMemory } from './recurrence.ts';
import type { UpdateSize } from './sizes.ts';
import { normalizeState } from './stateNormalizer.ts';

/** One group, so that one global norm clips the gradients of both. */
export const POLICY_GROUP = 'policy';
/** CleanRL's and Stable-Baselines3's; Adam's own 1e-8 is less stable here. */
const ADAM_EPSILON = 1e-5;

/** The networks that carry a memory, in the order in which it is fed. */
const MINDS = ['actor', 'critic'] as const;

/** What is carried into the first step, and where episodes begin; states by network, none without memory. */
interface Carried {
  readonly states: readonly LstmState[];
  readonly begins: Tensor | null;
  /** For dropout; null: nothing is dropped. */
  readonly luck: Luck | null;
}

function carriedInto(graph: Graph, { recurrent }: PpoConfig, { numEnvs, minds }: { numEnvs: Dim; minds: 1 | 2 }) {
  if (recurrent === null) return [];
  return splitMemory(graph.input('memory', [numEnvs, minds * 2 * recurrent.units]), recurrent.units);
}

function observeStates(config: PpoConfig, spec: EnvSpec, graph: Graph, batch: Dim): ObservedTensors {
  const observed = observe(graph, spec, batch);
  if (!config.normalizeObservations || observed.state === null) return observed;
  return { ...observed, state: normalizeState(observed.state) };
}

/** What one network makes of the observations. @returns (batch, units), and what it carries on */
function think(config: PpoConfig, observed: ObservedTensors, mind: number, { states, begins, luck }: Carried) {
  const name = `${POLICY_GROUP}/${MINDS[mind]}`;
  const features = buildTrunk(config.network, observed, { name, luck });
  if (config.recurrent === null) return { name, features, state: null };
  const { said, state } = remember(features, { name, config: config.recurrent, state: states[mind], begins });
  return { name, features: said, state };
}

/** Greedy actions, for any number of observations. */
export function buildActing(config: PpoConfig, spec: EnvSpec): Program {
  const graph = new Graph();
  const carried = { states: carriedInto(graph, config, { numEnvs: 'batch', minds: 1 }), begins: null, luck: null };
  const actor = think(config, observeStates(config, spec, graph, 'batch'), 0, carried);
  const mask = observeMask(graph, spec, 'batch');
  const { greedy, scores } = makeActionForm(spec.actions).build(actor.features, actor.name, mask);
  return {
    graph,
    fetches: { action: greedy, scores, ...(actor.state !== null && { nextMemory: joinMemory([actor.state]) }) },
  };
}

/** What an actor that explores must know: the distribution to draw from, the critic's value, and what both carry on. */
export function buildExploring(config: PpoConfig, spec: EnvSpec): Program {
  const graph = new Graph();
  const observed = observeStates(config, spec, graph, 'batch');
  const carried = { states: carriedInto(graph, config, { numEnvs: 'batch', minds: 2 }), begins: null, luck: null };
  const [actor, critic] = MINDS.map((_, mind) => think(config, observed, mind, carried));
  const mask = observeMask(graph, spec, 'batch');
  const { drawn } = makeActionForm(spec.actions).build(actor.features, actor.name, mask);
  const states = [actor.state, critic.state].filter((state) => state !== null);
  return {
    graph,
    fetches: {
      drawn,
      value: valueHead(critic.features, critic.name),
      ...(states.length > 0 && { nextMemory: joinMemory(states) }),
    },
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

/** One update of actor and critic from a minibatch of a rollout. @param luck of dropout; null: none */
export function buildUpdate(config: PpoConfig, spec: EnvSpec, size: UpdateSize, luck: Luck | null = null): Program {
  const { clipCoef, clipValueLoss, entCoef, vfCoef, maxGradNorm, normalizeAdvantage, weightDecay } = config;
  const { batchSize, numEnvs } = size;
  const graph = new Graph();
  const form = makeActionForm(spec.actions);
  const observed = observeStates(config, spec, graph, batchSize);
  const action = graph.input('action', [batchSize, form.size], form.dtype);
  const oldLogProb = graph.input('oldLogProb', [batchSize]);
  const oldValue = graph.input('oldValue', [batchSize]);
  const returnTarget = graph.input('returnTarget', [batchSize]);
  const advantage = graph.input('advantage', [batchSize]);

  const begins = config.recurrent === null ? null : graph.input('begins', [batchSize, 1]);
  const carried = { states: carriedInto(graph, config, { numEnvs, minds: 2 }), begins, luck };
  const [actor, critic] = MINDS.map((_, mind) => think(config, observed, mind, carried));
  const policy = form.build(actor.features, actor.name, observeMask(graph, spec, batchSize));
  const value = valueHead(critic.features, critic.name);
  const logRatio = sub(policy.logProb(action), oldLogProb);
  const ratio = exp(logRatio);

  const policyLoss = clippedSurrogate(
    ratio,
    normalizeAdvantage ? normalize(advantage, batchSize) : advantage,
    clipCoef,
  );
  const criticLoss = valueLoss(value, oldValue, returnTarget, clipValueLoss ? clipCoef : null);
  const entropy = reduceMean(policy.entropy);
  const loss = add(sub(policyLoss, mul(entropy, entCoef)), mul(criticLoss, vfCoef));

  const optimizer = adam({ epsilon: ADAM_EPSILON, weightDecay });
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
