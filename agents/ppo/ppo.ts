/** Proximal policy optimization with generalized advantage estimation. Papers: see `ppoGraph.ts` and `advantage.ts`. */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { SavedReader, type Saved } from '../../core/saved.ts';
import type { Observations, StepBatch } from '../../core/spec.ts';
import { variance } from '../../core/statistics.ts';
import { actGreedily, evaluate } from '../actor.ts';
import type { Learner, LearnMetrics } from '../agent.ts';
import { assertFinite, assertSameSpec, assertWidth, describeSpec, type LearnerParts } from '../learnerParts.ts';
import type { Executable, Program } from '../nn/engine.ts';
import { exportOnnx } from '../nn/onnx/exportOnnx.ts';
import { createOrtEngine } from '../nn/ort/ortEngine.ts';
import { Variables } from '../nn/variables.ts';
import { scheduleAt, type LinearSchedule } from '../schedule.ts';
import { shuffle } from '../shuffle.ts';
import type { PpoConfig } from './ppoConfig.ts';
import { buildActing, buildExploring, buildUpdate, POLICY_GROUP } from './ppoGraph.ts';
import { createMinibatch, Rollout, type Critic, type Minibatch } from './rollout.ts';
import { sampleActions } from './sampleActions.ts';

/** A learner of action probabilities. @throws InputError when minibatches do not divide the rollout */
export async function createPpo(parts: LearnerParts<PpoConfig>): Promise<Learner> {
  const { config, spec, rng, engine = createOrtEngine() } = parts;
  const acting = buildActing(config, spec);
  const update = buildUpdate(config, spec, minibatchSize(config));
  const variables = new Variables();
  variables.initialize(update.graph, rng.fork('weights'));
  return new Ppo(parts, {
    variables,
    acting,
    actor: await engine.compile(acting, variables),
    explorer: await engine.compile(buildExploring(config, spec), variables),
    updater: await engine.compile(update, variables),
  });
}

interface Networks {
  readonly variables: Variables;
  readonly acting: Program;
  readonly actor: Executable;
  readonly explorer: Executable;
  readonly updater: Executable;
}

class Ppo implements Learner {
  readonly name: string;
  readonly #parts: LearnerParts<PpoConfig>;
  readonly #networks: Networks;
  readonly #rollout: Rollout;
  readonly #critic: Critic;
  readonly #actionLuck: Rng;
  readonly #orderLuck: Rng;
  readonly #learningRate: LinearSchedule;
  #globalStep = 0;
  /** Work space, filled anew each time. */
  readonly #logProb: Float32Array;
  readonly #order: Int32Array;
  readonly #feeds: Minibatch & { learningRate: number; context?: Float32Array };

  constructor(parts: LearnerParts<PpoConfig>, networks: Networks) {
    const { config, spec, rng, totalSteps, name = 'ppo' } = parts;
    const { numEnvs, numSteps, learningRate, annealLearningRate } = config;
    this.name = name;
    this.#parts = parts;
    this.#networks = networks;
    this.#rollout = new Rollout({ numSteps, numEnvs, stateSize: spec.stateSize });
    this.#critic = (observations) => evaluate(networks.explorer, spec, observations).value;
    this.#actionLuck = rng.fork('explore');
    this.#orderLuck = rng.fork('minibatches');
    this.#learningRate = { from: learningRate, to: annealLearningRate ? 0 : learningRate, steps: totalSteps };
    this.#logProb = new Float32Array(numEnvs);
    this.#order = Int32Array.from({ length: numSteps * numEnvs }, (_, i) => i);
    this.#feeds = {
      ...createMinibatch(minibatchSize(config), spec.stateSize),
      learningRate,
      ...(spec.context !== null && { context: spec.context.matrix }),
    };
  }

  act(observations: Observations, actions: Int32Array): void {
    actGreedily(this.#networks.actor, this.#parts.spec, observations, actions);
  }

  async explore(observations: Observations, actions: Int32Array): Promise<void> {
    const { config, spec } = this.#parts;
    assertWidth(observations, config.numEnvs);
    const { logProbs, value } = evaluate(this.#networks.explorer, spec, observations);
    sampleActions(this.#actionLuck, logProbs, { actions, logProb: this.#logProb });
    this.#rollout.begin(observations, this.#logProb, value);
  }

  async learn(actions: Int32Array, step: StepBatch): Promise<LearnMetrics | null> {
    const { gamma, gaeLambda } = this.#parts.config;
    this.#rollout.record(actions, step);
    if (!this.#rollout.isFull) return null;
    this.#rollout.finish(step, this.#critic, { gamma, gaeLambda });
    const metrics = this.#optimize();
    this.#globalStep += this.#rollout.length;
    this.#rollout.clear();
    return metrics;
  }

  weightsHash(): string {
    return this.#networks.variables.hash([POLICY_GROUP]);
  }

  exportPolicy(): Uint8Array {
    return exportOnnx(this.#networks.acting, this.#networks.variables);
  }

  save(): Saved {
    return {
      kind: 'ppo',
      spec: describeSpec(this.#parts.spec),
      globalStep: this.#globalStep,
      variables: this.#networks.variables.save(),
      rollout: this.#rollout.save(),
      order: this.#order.slice(),
      actionLuck: this.#actionLuck.save(),
      orderLuck: this.#orderLuck.save(),
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, this.name);
    assertSameSpec(reader.record('spec'), this.#parts.spec, this.name);
    this.#networks.variables.restore(reader.any('variables'));
    this.#rollout.restore(reader.any('rollout'));
    reader.into('order', this.#order);
    this.#actionLuck.restore(reader.any('actionLuck'));
    this.#orderLuck.restore(reader.any('orderLuck'));
    this.#globalStep = reader.number('globalStep');
  }

  dispose(): void {
    this.#networks.actor.dispose();
    this.#networks.explorer.dispose();
    this.#networks.updater.dispose();
  }

  /** Passes over the rollout in shuffled minibatches, until done or until the policy has moved too far from the one that acted. */
  #optimize(): LearnMetrics {
    const { updateEpochs, targetKl } = this.#parts.config;
    const rollout = this.#rollout;
    const size = this.#feeds.row.length;
    const totals: Record<string, number> = {};
    let updates = 0;
    let epoch = 0;
    for (let approxKl = 0; epoch < updateEpochs && (targetKl === null || approxKl <= targetKl); epoch++) {
      shuffle(this.#orderLuck, this.#order);
      approxKl = 0;
      for (let from = 0; from < rollout.length; from += size, updates++) {
        approxKl += (this.#update(from, totals) * size) / rollout.length;
      }
    }
    const mean = (name: string) => totals[name] / updates;
    const returnVariance = variance(rollout.returnTarget) ?? 0;
    return {
      'loss/policy': mean('policyLoss'),
      'loss/value': mean('valueLoss'),
      'train/entropy': mean('entropy'),
      'train/approxKl': mean('approxKl'),
      'train/clipFraction': mean('clipFraction'),
      ...('gradientNorm' in totals && { 'train/gradientNorm': mean('gradientNorm') }),
      ...(returnVariance > 0 && { 'train/explainedVariance': 1 - (variance(rollout.advantage) ?? 0) / returnVariance }),
      'train/updateEpochs': epoch,
      'train/learningRate': this.#feeds.learningRate,
    };
  }

  /** One minibatch; adds what it reports to `totals`. @returns approxKl */
  #update(from: number, totals: Record<string, number>): number {
    const feeds = this.#feeds;
    this.#rollout.gather(this.#order, from, feeds);
    feeds.learningRate = scheduleAt(this.#learningRate, this.#globalStep);
    const fetched = this.#networks.updater.run(feeds);
    assertFinite(fetched.loss[0], `${this.name}: the loss`, this.#globalStep + this.#rollout.length);
    for (const name in fetched) totals[name] = (totals[name] ?? 0) + fetched[name][0];
    return fetched.approxKl[0];
  }
}

function minibatchSize({ numSteps, numEnvs, numMinibatches }: PpoConfig): number {
  const size = (numSteps * numEnvs) / numMinibatches;
  if (Number.isInteger(size)) return size;
  throw new InputError({
    what: 'minibatches do not divide the rollout',
    where: 'numMinibatches',
    rule: `a divisor of numSteps * numEnvs = ${numSteps * numEnvs}`,
    value: numMinibatches,
  });
}
