/** Proximal policy optimization with generalized advantage estimation. Papers: see `ppoGraph.ts` and `advantage.ts`. */

import type { Rng } from '../../core/rng.ts';
import { SavedReader, type Saved } from '../../core/saved.ts';
import type { Actions, Observations, StepBatch } from '../../core/spec.ts';
import { variance } from '../../core/statistics.ts';
import { actMindfully, evaluate } from '../actor.ts';
import type { Learner, LearnMetrics } from '../agent.ts';
import { CarriedMemory } from '../carriedMemory.ts';
import { assertFinite, assertSameSpec, assertWidth, describeSpec, type LearnerParts } from '../learnerParts.ts';
import { feedContext } from '../networks/contextFeed.ts';
import { Luck } from '../networks/luck.ts';
import type { Executable, Feeds, Program } from '../nn/engine.ts';
import { exportOnnx } from '../nn/onnx/exportOnnx.ts';
import { createOrtEngine } from '../nn/ort/ortEngine.ts';
import { Variables } from '../nn/variables.ts';
import { learningRateAt } from '../schedule.ts';
import { makeActionForm, type ActionForm } from './actionForm.ts';
import { ExplorerMemory } from './explorerMemory.ts';
import { createKept, createMinibatch, type Minibatch } from './minibatch.ts';
import type { PpoConfig } from './ppoConfig.ts';
import { buildActing, buildExploring, buildUpdate, POLICY_GROUP } from './ppoGraph.ts';
import { RewardScale } from './rewardScale.ts';
import { Rollout, type Critic } from './rollout.ts';
import { memorySize, minibatchSize, stepSize } from './sizes.ts';
import { NORMALIZER_GROUP, StateNormalizer } from './stateNormalizer.ts';
import { StepOrder } from './stepOrder.ts';

/** A learner of a policy. @throws InputError when minibatches do not divide the rollout */
export async function createPpo(parts: LearnerParts<PpoConfig>): Promise<Learner> {
  const { config, spec, rng, engine = createOrtEngine() } = parts;
  const acting = buildActing(config, spec);
  const luck = new Luck(rng.fork('updateNoise'));
  const update = buildUpdate(config, spec, minibatchSize(config), luck);
  const variables = new Variables();
  variables.initialize(update.graph, rng.fork('weights'));
  return new Ppo(parts, {
    variables,
    acting,
    luck,
    actor: await engine.compile(acting, variables),
    explorer: await engine.compile(buildExploring(config, spec), variables),
    updater: await engine.compile(update, variables),
  });
}

interface Networks {
  readonly variables: Variables;
  readonly acting: Program;
  readonly luck: Luck;
  readonly actor: Executable;
  readonly explorer: Executable;
  readonly updater: Executable;
}

class Ppo implements Learner {
  readonly name: string;
  readonly #parts: LearnerParts<PpoConfig>;
  readonly #networks: Networks;
  readonly #form: ActionForm;
  readonly #rollout: Rollout;
  readonly #critic: Critic;
  readonly #actingMemory: CarriedMemory;
  readonly #memory: ExplorerMemory;
  readonly #normalizer: StateNormalizer | null;
  readonly #rewardScale: RewardScale | null;
  readonly #actionLuck: Rng;
  readonly #order: StepOrder;
  #globalStep = 0;
  /** Work space, filled anew each time. */
  readonly #logProb: Float32Array;
  readonly #kept: Actions;
  readonly #batch: Minibatch;
  readonly #feeds: Minibatch & { learningRate: number };

  constructor(parts: LearnerParts<PpoConfig>, networks: Networks) {
    const { config, spec, rng, name = 'ppo' } = parts;
    const { numEnvs, numSteps, learningRate } = config;
    this.name = name;
    this.#parts = parts;
    this.#networks = networks;
    this.#form = makeActionForm(spec.actions);
    const size = stepSize(config, spec, this.#form);
    this.#rollout = new Rollout({ ...size, numSteps, numEnvs });
    this.#critic = (observations, memory) =>
      evaluate(networks.explorer, spec, observations, this.#memoryFeed(memory)).value;
    this.#actingMemory = new CarriedMemory(memorySize(config, 1));
    this.#memory = new ExplorerMemory(numEnvs, size.memorySize);
    this.#normalizer =
      config.normalizeObservations && spec.stateSize > 0
        ? new StateNormalizer(networks.variables, spec.stateSize)
        : null;
    this.#rewardScale = config.normalizeRewards ? new RewardScale(numEnvs, config.gamma) : null;
    this.#actionLuck = rng.fork('explore');
    const batch = minibatchSize(config);
    const envsTogether = config.recurrent === null ? null : batch.numEnvs;
    this.#order = new StepOrder({ numSteps, numEnvs, envsTogether, rng: rng.fork('minibatches') });
    this.#logProb = new Float32Array(numEnvs);
    this.#kept = createKept(size, numEnvs);
    this.#batch = createMinibatch(batch.batchSize, size, batch.numEnvs);
    this.#feeds = { ...this.#batch, learningRate, ...networks.luck.feeds };
  }

  act(observations: Observations, actions: Actions): void {
    const { spec } = this.#parts;
    actMindfully({ executable: this.#networks.actor, spec, memory: this.#actingMemory }, observations, actions);
  }

  reset(): void {
    this.#actingMemory.reset();
  }

  async explore(observations: Observations, actions: Actions): Promise<void> {
    const { config, spec } = this.#parts;
    assertWidth(observations, config.numEnvs);
    const { values: memory, begins } = this.#memory;
    const fetched = evaluate(this.#networks.explorer, spec, observations, this.#memoryFeed(memory));
    const draw = { actions, kept: this.#kept, logProb: this.#logProb };
    this.#form.sample(this.#actionLuck, fetched.drawn, draw);
    const { value, nextMemory = NOTHING } = fetched;
    this.#rollout.begin(observations, { ...draw, value, memory, nextMemory, begins });
    this.#memory.advance(nextMemory);
  }

  async learn(_actions: Actions, step: StepBatch): Promise<LearnMetrics | null> {
    const { gamma, gaeLambda } = this.#parts.config;
    this.#rollout.record(step, this.#rewardScale?.scale(step) ?? step.reward);
    this.#memory.observe(step);
    if (!this.#rollout.isFull) return null;
    this.#rollout.finish({ next: step, memory: this.#memory.values }, this.#critic, { gamma, gaeLambda });
    const metrics = this.#optimize();
    this.#normalizer?.update(this.#rollout.state);
    this.#globalStep += this.#rollout.length;
    this.#rollout.clear();
    return metrics;
  }

  get isSettled(): boolean {
    return this.#rollout.isEmpty;
  }

  forgetRows(): void {
    this.#rollout.clear();
    this.#memory.clear();
    this.#rewardScale?.beginEpisodes();
  }

  weightsHash(): string {
    return this.#networks.variables.hash([POLICY_GROUP, ...(this.#normalizer === null ? [] : [NORMALIZER_GROUP])]);
  }

  exportPolicy(): Uint8Array {
    return exportOnnx(this.#networks.acting, this.#networks.variables);
  }

  save(): Saved {
    return {
      kind: 'ppo',
      spec: describeSpec(this.#parts.spec),
      globalStep: this.#globalStep,
      ...Object.fromEntries(this.#resumables().map(([name, part]) => [name, part.save()] as const)),
    };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, this.name);
    assertSameSpec(reader.record('spec'), this.#parts.spec, this.name);
    for (const [name, part] of this.#resumables()) part.restore(reader.any(name));
    this.#globalStep = reader.number('globalStep');
  }

  dispose(): void {
    this.#networks.actor.dispose();
    this.#networks.explorer.dispose();
    this.#networks.updater.dispose();
  }

  #resumables() {
    const { variables, luck } = this.#networks;
    return Object.entries({
      variables,
      luck,
      rollout: this.#rollout,
      memory: this.#memory,
      order: this.#order,
      actionLuck: this.#actionLuck,
      ...(this.#normalizer !== null && { normalizer: this.#normalizer }),
      ...(this.#rewardScale !== null && { rewardScale: this.#rewardScale }),
    });
  }

  #memoryFeed(memory: Float32Array): Feeds | undefined {
    return this.#parts.config.recurrent === null ? undefined : { memory };
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
      this.#order.shuffle();
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
    const { config, spec, totalSteps } = this.#parts;
    const feeds = this.#feeds;
    this.#rollout.gather(this.#order.steps, from, this.#batch);
    if (spec.context !== null) Object.assign(feeds, feedContext(spec.context, { row: this.#batch.row }));
    this.#networks.luck.draw();
    feeds.learningRate = learningRateAt(config, this.#globalStep / totalSteps);
    const fetched = this.#networks.updater.run(feeds);
    assertFinite(fetched.loss[0], `${this.name}: the loss`, this.#globalStep + this.#rollout.length);
    for (const name in fetched) totals[name] = (totals[name] ?? 0) + fetched[name][0];
    return fetched.approxKl[0];
  }
}

const NOTHING = new Float32Array(0);
