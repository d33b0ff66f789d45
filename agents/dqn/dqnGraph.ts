/**
 * Deep Q-learning as graphs: one for acting, one for a whole update.
 *
 * Papers: DQN https://www.nature.com/articles/nature14236, double https://arxiv.org/abs/1509.06461, dueling
 * https://arxiv.org/abs/1511.06581, prioritized https://arxiv.org/abs/1511.05952, n-step https://arxiv.org/abs/1710.02298
 */

import type { EnvSpec } from '../../core/spec.ts';
import { duelingHead, qHead } from '../networks/heads.ts';
import { buildTrunk } from '../networks/network.ts';
import { NEXT_OBSERVATION, observe, type ObservedTensors } from '../networks/observation.ts';
import { adam } from '../nn/adam.ts';
import type { Program } from '../nn/engine.ts';
import { Graph } from '../nn/graph.ts';
import { add, mul, sub } from '../nn/ops/arithmetic.ts';
import { takeAlong } from '../nn/ops/indexing.ts';
import { huber, stopGradient } from '../nn/ops/pointwise.ts';
import { argMax, reduceMax, reduceMean } from '../nn/ops/reduce.ts';
import { minimize } from '../nn/optimizer.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { DqnConfig } from './dqnConfig.ts';

/** Action values of the network whose parameters are the group `group`. @returns (batch, numActions) */
function buildQNetwork(
  config: DqnConfig,
  spec: EnvSpec,
  observed: ObservedTensors,
  group: 'online' | 'target',
): Tensor {
  const features = buildTrunk(config.network, observed, { name: group, luck: null });
  const head = config.dueling ? duelingHead : qHead;
  return head(features, group, spec.actions.numActions);
}

export interface TdTargetParts {
  /** (batch) discounted rewards of the steps lived. */
  readonly reward: Tensor;
  /** (batch) gamma to the number of steps; 0 after an end. */
  readonly bootstrap: Tensor;
  /** (batch, numActions) values of the next observation. */
  readonly nextOnline: Tensor;
  readonly nextTarget: Tensor;
}

/** reward + bootstrap * value of the next observation; `doubleQ` lets the online network choose what the target values. */
export function tdTarget({ reward, bootstrap, nextOnline, nextTarget }: TdTargetParts, doubleQ: boolean): Tensor {
  const nextValue = doubleQ ? takeAlong(nextTarget, argMax(nextOnline)) : reduceMax(nextTarget, -1); // (batch)
  return stopGradient(add(reward, mul(bootstrap, nextValue)));
}

/** Greedy actions and the values behind them, for any number of observations. */
export function buildActing(config: DqnConfig, spec: EnvSpec): Program {
  const graph = new Graph();
  const scores = buildQNetwork(config, spec, observe(graph, spec, 'batch'), 'online');
  return { graph, fetches: { action: argMax(scores), scores } };
}

/** One update of the online network from a batch of transitions. */
export function buildUpdate(config: DqnConfig, spec: EnvSpec): Program {
  const { batchSize, doubleQ, huberDelta, maxGradNorm } = config;
  const graph = new Graph();
  const observed = observe(graph, spec, batchSize);
  const next = observe(graph, spec, batchSize, NEXT_OBSERVATION);

  const qValues = buildQNetwork(config, spec, observed, 'online');
  const target = tdTarget(
    {
      reward: graph.input('reward', [batchSize]),
      bootstrap: graph.input('bootstrap', [batchSize]),
      nextOnline: buildQNetwork(config, spec, next, 'online'),
      nextTarget: buildQNetwork(config, spec, next, 'target'),
    },
    doubleQ,
  );
  const chosen = takeAlong(qValues, graph.input('action', [batchSize], 'int32')); // (batch)
  const tdError = sub(chosen, target);
  const loss = reduceMean(mul(graph.input('weight', [batchSize]), huber(tdError, huberDelta)));

  const { update, gradientNorm } = minimize(loss, { group: 'online', optimizer: adam(), maxGradNorm });
  return {
    graph,
    fetches: { loss, tdError, qValue: reduceMean(chosen), ...(gradientNorm !== null && { gradientNorm }) },
    updates: [update],
  };
}
