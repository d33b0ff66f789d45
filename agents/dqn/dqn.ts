/** Deep Q-learning; double, dueling, n-step, prioritized, noisy, categorical and quantile are settings. Papers: see `dqnGraph.ts`. */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { SavedReader, type Saved } from '../../core/saved.ts';
import type { Observations, StepBatch } from '../../core/spec.ts';
import { actGreedily } from '../actor.ts';
import type { Learner, LearnMetrics } from '../agent.ts';
import {
  assertFinite,
  assertSameSpec,
  assertWidth,
  describeSpec,
  discreteActions,
  timesDue,
  type LearnerParts,
} from '../learnerParts.ts';
import { feedContext } from '../networks/contextFeed.ts';
import { feedObservations } from '../networks/observation.ts';
import { Luck } from '../networks/luck.ts';
import type { Executable, Program } from '../nn/engine.ts';
import { exportOnnx } from '../nn/onnx/exportOnnx.ts';
import { createOrtEngine } from '../nn/ort/ortEngine.ts';
import { Variables } from '../nn/variables.ts';
import { PrioritizedSampler } from '../replay/prioritizedSampler.ts';
import { learningRateAt, scheduleAt, type LinearSchedule } from '../schedule.ts';
import type { DqnConfig } from './dqnConfig.ts';
import { buildActing, buildUpdate } from './dqnGraph.ts';
import { createMemory, type Memory } from './memory.ts';

/** A learner of action values, exploring by epsilon or by noise. @throws InputError when settings exclude each other */
export async function createDqn(parts: LearnerParts<DqnConfig>): Promise<Learner> {
  const { config, spec, rng, engine = createOrtEngine() } = parts;
  if (config.categorical !== null && config.quantile !== null) {
    throw new InputError({
      what: 'action values cannot be histograms and quantiles at once',
      where: 'agents: categorical, quantile',
      hint: 'leave one of them null',
    });
  }
  const acting = buildActing(config, spec);
  const updateLuck = new Luck(rng.fork('updateNoise'));
  const update = buildUpdate(config, spec, updateLuck);
  const exploreLuck = new Luck(rng.fork('exploreNoise'));
  const variables = new Variables();
  variables.initialize(update.graph, rng.fork('weights'));
  variables.copy('online', 'target');
  return new Dqn(parts, {
    variables,
    acting,
    actor: await engine.compile(acting, variables),
    explorer: config.noisy ? await engine.compile(buildActing(config, spec, exploreLuck), variables) : null,
    updater: await engine.compile(update, variables),
    exploreLuck,
    updateLuck,
  });
}

interface Networks {
  readonly variables: Variables;
  readonly acting: Program;
  readonly actor: Executable;
  /** Acts by weights moved by noise; null without noisy layers. */
  readonly explorer: Executable | null;
  readonly updater: Executable;
  readonly exploreLuck: Luck;
  readonly updateLuck: Luck;
}

class Dqn implements Learner {
  readonly name: string;
  readonly #parts: LearnerParts<DqnConfig>;
  readonly #networks: Networks;
  readonly #memory: Memory;
  readonly #sampler: PrioritizedSampler;
  readonly #luck: Rng;
  readonly #epsilon: LinearSchedule;
  readonly #importanceExponent: LinearSchedule;
  #globalStep = 0;
  /** Step before which nothing is learned: the memory fills first. */
  #learnsFrom: number;
  /** Single steps are learned from, so that none waits. */
  readonly isSettled = true;
  /** The batch of an update, filled anew each time. */
  readonly #slots: Int32Array;
  readonly #feeds;

  constructor(parts: LearnerParts<DqnConfig>, networks: Networks) {
    const { config, spec, rng, totalSteps, name = 'dqn' } = parts;
    this.name = name;
    this.#parts = parts;
    this.#networks = networks;
    this.#luck = rng.fork('explore');
    this.#learnsFrom = config.learningStarts;
    this.#sampler = new PrioritizedSampler({
      capacity: config.replayCapacity,
      priorityExponent: config.prioritized ? config.priorityExponent : 0,
      rng: rng.fork('replay'),
    });
    this.#memory = createMemory(config, spec, this.#sampler);
    const { noisy, epsilonStart, epsilonEnd, explorationFraction, learningRate, importanceExponent } = config;
    const [from, to] = noisy ? [0, 0] : [epsilonStart, epsilonEnd];
    this.#epsilon = { from, to, steps: explorationFraction * totalSteps };
    this.#importanceExponent = { from: importanceExponent, to: 1, steps: totalSteps };
    this.#slots = new Int32Array(config.batchSize);
    this.#feeds = {
      ...this.#memory.batch,
      weight: new Float32Array(config.batchSize),
      learningRate,
      ...networks.updateLuck.feeds,
    };
  }

  act(observations: Observations, actions: Int32Array): void {
    actGreedily(this.#networks.actor, this.#parts.spec, observations, actions);
  }

  async explore(observations: Observations, actions: Int32Array): Promise<void> {
    const { config, spec } = this.#parts;
    assertWidth(observations, config.numEnvs);
    this.#memory.begin(observations);
    const epsilon = scheduleAt(this.#epsilon, this.#globalStep);
    if (this.#networks.explorer !== null) this.#actNoisily(this.#networks.explorer, observations, actions);
    else if (epsilon < 1) this.act(observations, actions);
    const { numActions } = discreteActions(spec);
    for (let env = 0; env < actions.length; env++) {
      if (this.#luck.next() < epsilon) actions[env] = drawAction(this.#luck, numActions, env, observations.actionMask);
    }
  }

  async learn(actions: Int32Array, step: StepBatch): Promise<LearnMetrics | null> {
    const { numEnvs, trainFrequency, targetUpdateFrequency, tau } = this.#parts.config;
    this.#memory.record(actions, step);
    const before = this.#globalStep;
    this.#globalStep += numEnvs;
    if (this.#globalStep < this.#learnsFrom || !this.#sampler.isReady) return null;

    const updates = timesDue(before, this.#globalStep, trainFrequency);
    const totals = { loss: 0, qValue: 0, gradientNorm: 0 };
    for (let k = 0; k < updates; k++) this.#update(totals);

    if (timesDue(before, this.#globalStep, targetUpdateFrequency) > 0) {
      if (tau === 1) this.#networks.variables.copy('online', 'target');
      else this.#networks.variables.blend('online', 'target', tau);
    }
    if (updates === 0) return null;
    return {
      'loss/td': totals.loss / updates,
      'train/qValue': totals.qValue / updates,
      'train/gradientNorm': totals.gradientNorm / updates,
      'train/epsilon': scheduleAt(this.#epsilon, this.#globalStep),
      'train/learningRate': this.#feeds.learningRate,
    };
  }

  forgetRows(): void {
    this.#memory.clear();
    this.#sampler.clear();
    this.#learnsFrom = this.#globalStep + this.#parts.config.learningStarts;
  }

  weightsHash(): string {
    return this.#networks.variables.hash(['online']);
  }

  exportPolicy(): Uint8Array {
    return exportOnnx(this.#networks.acting, this.#networks.variables);
  }

  save(): Saved {
    return {
      kind: 'dqn',
      spec: describeSpec(this.#parts.spec),
      globalStep: this.#globalStep,
      learnsFrom: this.#learnsFrom,
      variables: this.#networks.variables.save(),
      replay: this.#memory.save(),
      sampler: this.#sampler.save(),
      luck: this.#luck.save(),
      exploreLuck: this.#networks.exploreLuck.save(),
      updateLuck: this.#networks.updateLuck.save(),
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, this.name);
    assertSameSpec(reader.record('spec'), this.#parts.spec, this.name);
    this.#networks.variables.restore(reader.any('variables'));
    this.#memory.restore(reader.any('replay'));
    this.#sampler.restore(reader.any('sampler'));
    this.#luck.restore(reader.any('luck'));
    this.#networks.exploreLuck.restore(reader.any('exploreLuck'));
    this.#networks.updateLuck.restore(reader.any('updateLuck'));
    this.#globalStep = reader.number('globalStep');
    // Checkpoints of earlier versions lack it: nothing was ever forgotten then.
    this.#learnsFrom = reader.has('learnsFrom') ? reader.number('learnsFrom') : this.#parts.config.learningStarts;
  }

  dispose(): void {
    this.#networks.actor.dispose();
    this.#networks.explorer?.dispose();
    this.#networks.updater.dispose();
  }

  #actNoisily(explorer: Executable, observations: Observations, actions: Int32Array): void {
    const { exploreLuck } = this.#networks;
    exploreLuck.draw();
    const { action } = explorer.run({ ...feedObservations(this.#parts.spec, observations), ...exploreLuck.feeds });
    for (let env = 0; env < actions.length; env++) actions[env] = action[env];
  }

  #update(totals: { loss: number; qValue: number; gradientNorm: number }): void {
    const feeds = this.#feeds;
    const { context } = this.#parts.spec;
    this.#sampler.sample(scheduleAt(this.#importanceExponent, this.#globalStep), this.#slots, feeds.weight);
    this.#memory.gather(this.#slots);
    const { row, nextRow } = this.#memory.batch;
    if (context !== null) Object.assign(feeds, feedContext(context, { row, nextRow }));
    this.#networks.updateLuck.draw();
    feeds.learningRate = learningRateAt(this.#parts.config, this.#globalStep / this.#parts.totalSteps);
    const { loss, tdError, qValue, gradientNorm } = this.#networks.updater.run(feeds);
    assertFinite(loss[0], `${this.name}: the TD loss`, this.#globalStep);
    this.#sampler.update(this.#slots, tdError);
    totals.loss += loss[0];
    totals.qValue += qValue[0];
    totals.gradientNorm += gradientNorm?.[0] ?? 0;
  }
}

/** Any action that the mask allows, each as likely. @param mask (numEnvs, numActions); without it all are allowed */
function drawAction(luck: Rng, numActions: number, env: number, mask?: Uint8Array): number {
  if (mask === undefined) return luck.int(numActions);
  const allowed = Array.from({ length: numActions }, (_, action) => action).filter(
    (action) => mask[env * numActions + action] === 1,
  );
  return allowed[luck.int(allowed.length)];
}
