/** Deep Q-learning with double, dueling, n-step and prioritized replay as settings. Papers: see `dqnGraph.ts`. */

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
  timesDue,
  type LearnerParts,
} from '../learnerParts.ts';
import type { Executable, Program } from '../nn/engine.ts';
import { exportOnnx } from '../nn/onnx/exportOnnx.ts';
import { createOrtEngine } from '../nn/ort/ortEngine.ts';
import { Variables } from '../nn/variables.ts';
import { PrioritizedSampler } from '../replay/prioritizedSampler.ts';
import { Replay } from '../replay/replay.ts';
import { createTransitions } from '../replay/transitions.ts';
import { scheduleAt, type LinearSchedule } from '../schedule.ts';
import type { DqnConfig } from './dqnConfig.ts';
import { buildActing, buildUpdate } from './dqnGraph.ts';

/** A learner of action values, exploring epsilon-greedily. */
export async function createDqn(parts: LearnerParts<DqnConfig>): Promise<Learner> {
  const { config, spec, rng, engine = createOrtEngine() } = parts;
  const acting = buildActing(config, spec);
  const update = buildUpdate(config, spec);
  const variables = new Variables();
  variables.initialize(update.graph, rng.fork('weights'));
  variables.copy('online', 'target');
  return new Dqn(parts, {
    variables,
    acting,
    actor: await engine.compile(acting, variables),
    updater: await engine.compile(update, variables),
  });
}

interface Networks {
  readonly variables: Variables;
  readonly acting: Program;
  readonly actor: Executable;
  readonly updater: Executable;
}

class Dqn implements Learner {
  readonly name: string;
  readonly #parts: LearnerParts<DqnConfig>;
  readonly #networks: Networks;
  readonly #replay: Replay;
  readonly #sampler: PrioritizedSampler;
  readonly #luck: Rng;
  readonly #epsilon: LinearSchedule;
  readonly #learningRate: LinearSchedule;
  readonly #importanceExponent: LinearSchedule;
  #globalStep = 0;
  /** The batch of an update, filled anew each time. */
  readonly #slots: Int32Array;
  readonly #feeds;

  constructor(parts: LearnerParts<DqnConfig>, networks: Networks) {
    const { config, spec, rng, totalSteps, name = 'dqn' } = parts;
    this.name = name;
    this.#parts = parts;
    this.#networks = networks;
    this.#luck = rng.fork('explore');
    this.#sampler = new PrioritizedSampler({
      capacity: config.replayCapacity,
      priorityExponent: config.prioritized ? config.priorityExponent : 0,
      rng: rng.fork('replay'),
    });
    this.#replay = new Replay({
      capacity: config.replayCapacity,
      numEnvs: config.numEnvs,
      stateSize: spec.stateSize,
      numActions: spec.actions.numActions,
      nStep: config.nStep,
      gamma: config.gamma,
      index: this.#sampler,
    });
    const { epsilonStart, epsilonEnd, explorationFraction, learningRate, importanceExponent } = config;
    this.#epsilon = { from: epsilonStart, to: epsilonEnd, steps: explorationFraction * totalSteps };
    this.#learningRate = { from: learningRate, to: config.annealLearningRate ? 0 : learningRate, steps: totalSteps };
    this.#importanceExponent = { from: importanceExponent, to: 1, steps: totalSteps };
    this.#slots = new Int32Array(config.batchSize);
    this.#feeds = {
      ...createTransitions(config.batchSize, spec.stateSize),
      weight: new Float32Array(config.batchSize),
      learningRate,
      ...(spec.context !== null && { context: spec.context.matrix }),
    };
  }

  act(observations: Observations, actions: Int32Array): void {
    actGreedily(this.#networks.actor, this.#parts.spec.context, observations, actions);
  }

  async explore(observations: Observations, actions: Int32Array): Promise<void> {
    const { config, spec } = this.#parts;
    assertWidth(observations, config.numEnvs);
    this.#replay.begin(observations);
    const epsilon = scheduleAt(this.#epsilon, this.#globalStep);
    if (epsilon < 1) this.act(observations, actions);
    for (let env = 0; env < actions.length; env++) {
      if (this.#luck.next() < epsilon) actions[env] = this.#luck.int(spec.actions.numActions);
    }
  }

  async learn(actions: Int32Array, step: StepBatch): Promise<LearnMetrics | null> {
    const { numEnvs, learningStarts, trainFrequency, targetUpdateFrequency, tau } = this.#parts.config;
    this.#replay.record(actions, step);
    const before = this.#globalStep;
    this.#globalStep += numEnvs;
    if (this.#globalStep < learningStarts || !this.#sampler.isReady) return null;

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
      variables: this.#networks.variables.save(),
      replay: this.#replay.save(),
      sampler: this.#sampler.save(),
      luck: this.#luck.save(),
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, this.name);
    assertSameSpec(reader.record('spec'), this.#parts.spec, this.name);
    this.#networks.variables.restore(reader.any('variables'));
    this.#replay.restore(reader.any('replay'));
    this.#sampler.restore(reader.any('sampler'));
    this.#luck.restore(reader.any('luck'));
    this.#globalStep = reader.number('globalStep');
  }

  dispose(): void {
    this.#networks.actor.dispose();
    this.#networks.updater.dispose();
  }

  #update(totals: { loss: number; qValue: number; gradientNorm: number }): void {
    const feeds = this.#feeds;
    this.#sampler.sample(scheduleAt(this.#importanceExponent, this.#globalStep), this.#slots, feeds.weight);
    this.#replay.gather(this.#slots, feeds);
    feeds.learningRate = scheduleAt(this.#learningRate, this.#globalStep);
    const { loss, tdError, qValue, gradientNorm } = this.#networks.updater.run(feeds);
    assertFinite(loss[0], `${this.name}: the TD loss`, this.#globalStep);
    this.#sampler.update(this.#slots, tdError);
    totals.loss += loss[0];
    totals.qValue += qValue[0];
    totals.gradientNorm += gradientNorm?.[0] ?? 0;
  }
}
