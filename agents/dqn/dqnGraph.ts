/**
 * Deep Q-learning as graphs: one for acting, one for a whole update.
 *
 * Papers: DQN https://www.nature.com/articles/nature14236, double https://arxiv.org/abs/1509.06461, dueling
 * https://arxiv.org/abs/1511.06581, prioritized https://arxiv.org/abs/1511.05952, n-step https://arxiv.org/abs/1710.02298,
 * noisy https://arxiv.org/abs/1706.10295, categorical https://arxiv.org/abs/1707.06887, quantile https://arxiv.org/abs/1710.10044
 */

import type { EnvSpec } from '../../core/spec.ts';
import { discreteActions } from '../learnerParts.ts';
import { allowOnly, duelingHead, qHead } from '../networks/heads.ts';
import type { Luck } from '../networks/luck.ts';
import { buildTrunk } from '../networks/network.ts';
import { noisyDense } from '../networks/noisyDense.ts';
import { buildNoisyTrunk } from '../networks/noisyTrunk.ts';
import { NEXT_OBSERVATION, observe, observeMask, type ObservedTensors } from '../networks/observation.ts';
import { adam } from '../nn/adam.ts';
import type { Program } from '../nn/engine.ts';
import { Graph } from '../nn/graph.ts';
import { dense, type DenseLayer } from '../nn/layers.ts';
import { mul } from '../nn/ops/arithmetic.ts';
import { abs } from '../nn/ops/pointwise.ts';
import { argMax, reduceMean } from '../nn/ops/reduce.ts';
import { reshape } from '../nn/ops/shaping.ts';
import { minimize } from '../nn/optimizer.ts';
import type { Tensor } from '../nn/tensor.ts';
import { categoricalForm } from './categoricalForm.ts';
import { startsOf, type DqnConfig } from './dqnConfig.ts';
import { quantileForm } from './quantileForm.ts';
import { numberForm, type ValueForm } from './valueForm.ts';

const makeForm = ({ categorical, quantile, huberDelta }: DqnConfig): ValueForm => {
  if (categorical !== null) return categoricalForm(categorical);
  return quantile !== null ? quantileForm(quantile, huberDelta) : numberForm(huberDelta);
};

interface QNetworkPlace {
  /** Group of the parameters. */
  readonly group: 'online' | 'target';
  /** For dropout; null: nothing is dropped. */
  readonly dropoutLuck: Luck | null;
  /** For noisy layers; null: their means act. */
  readonly noiseLuck: Luck | null;
}

/** What a network says of each action. @returns (batch, numActions[, atoms]) */
function buildQNetwork(config: DqnConfig, spec: EnvSpec, observed: ObservedTensors, place: QNetworkPlace): Tensor {
  const { group, dropoutLuck, noiseLuck } = place;
  const noisy: DenseLayer = (x, options) => noisyDense(x, { ...options, sigma: config.noisySigma, luck: noiseLuck });
  const trunk = { name: group, luck: dropoutLuck };
  const features =
    config.noisy === 'all'
      ? buildNoisyTrunk(config.network, observed, { ...trunk, layer: noisy })
      : buildTrunk(config.network, observed, trunk);
  const head = config.dueling ? duelingHead : qHead;
  return head(features, {
    name: group,
    numActions: discreteActions(spec).numActions,
    atoms: makeForm(config).atoms,
    layer: config.noisy === false ? dense : noisy,
  });
}

/** The action whose value a target bootstraps from: `doubleQ` lets the online network choose what the target network values. */
export function nextAction(
  { online, target, allowed }: { readonly online: Tensor; readonly target: Tensor; readonly allowed: Tensor | null },
  doubleQ: boolean,
): Tensor {
  return argMax(allowOnly(doubleQ ? online : target, allowed)); // (batch)
}

/** Greedy actions and the values behind them, for any number of observations; with luck, by weights that it moves. */
export function buildActing(config: DqnConfig, spec: EnvSpec, noiseLuck: Luck | null = null): Program {
  const graph = new Graph();
  const observed = observe(graph, spec, 'batch');
  const outputs = buildQNetwork(config, spec, observed, { group: 'online', dropoutLuck: null, noiseLuck });
  const scores = allowOnly(makeForm(config).values(outputs), observeMask(graph, spec, 'batch'));
  return { graph, fetches: { action: argMax(scores), scores } };
}

/** One update of the online network from a batch of transitions. @param luck of dropout and noise; null: neither */
export function buildUpdate(config: DqnConfig, spec: EnvSpec, luck: Luck | null = null): Program {
  const { batchSize, doubleQ, maxGradNorm, weightDecay } = config;
  const counterfactual = config.counterfactual !== false;
  const { numActions } = discreteActions(spec);
  // Lived steps lead from one state to one outcome; counterfactual ones from one or more to one for each of its actions.
  const states = batchSize * startsOf(config, numActions);
  const outcomes = counterfactual ? states * numActions : states;
  const graph = new Graph();
  const form = makeForm(config);
  const observed = observe(graph, spec, states);
  const next = observe(graph, spec, outcomes, NEXT_OBSERVATION);

  const outputs = buildQNetwork(config, spec, observed, { group: 'online', dropoutLuck: luck, noiseLuck: luck });
  const nextOnline = buildQNetwork(config, spec, next, { group: 'online', dropoutLuck: null, noiseLuck: luck });
  const nextTarget = buildQNetwork(config, spec, next, { group: 'target', dropoutLuck: null, noiseLuck: luck });
  const best = nextAction(
    {
      online: form.values(nextOnline),
      target: form.values(nextTarget),
      allowed: observeMask(graph, spec, outcomes, NEXT_OBSERVATION),
    },
    doubleQ,
  );
  const chosen = counterfactual
    ? reshape(outputs, [outcomes, ...outputs.shape.slice(2)])
    : form.take(outputs, graph.input('action', [states], 'int32'));
  const error = form.error({
    chosen,
    next: form.take(nextTarget, best),
    reward: graph.input('reward', [outcomes]),
    bootstrap: graph.input('bootstrap', [outcomes]),
  });
  const perObservation = (x: Tensor) =>
    counterfactual ? reduceMean(reshape(x, [batchSize, outcomes / batchSize]), [1]) : x;
  const tdError = perObservation(counterfactual ? abs(error.tdError) : error.tdError); // (batch)
  const loss = reduceMean(mul(graph.input('weight', [batchSize]), perObservation(error.loss)));

  const optimizer = adam({ weightDecay });
  const { update, gradientNorm } = minimize(loss, { group: 'online', optimizer, maxGradNorm });
  const qValue = reduceMean(form.values(outputs));
  return {
    graph,
    fetches: { loss, tdError, qValue, ...(gradientNorm !== null && { gradientNorm }) },
    updates: [update],
  };
}
