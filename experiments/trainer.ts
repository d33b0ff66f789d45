/** The training loop: explore, step, learn; checkpoints and validation at fixed steps; stops between two steps when asked. */

import type { Learner, LearnMetrics } from '../agents/agent.ts';
import { SavedReader, type Saved } from '../core/saved.ts';
import { createActions, type Actions, type StepBatch, type VectorEnv } from '../core/spec.ts';
import { EpisodeTracker } from './episodeTracker.ts';

/** A training ground that is larger than memory: now and then the rows of its envs come to hold other bars. */
export interface SlabSource {
  /** Environment steps that a slab lasts, and as many more as the learner needs to settle. */
  readonly slabSteps: number;
  /** Takes the place of the slab before. @returns the env to go on in, not yet reset */
  load(slab: number): Promise<VectorEnv>;
}

export interface TrainerOptions {
  /** Of slab `firstSlab` where there are slabs. */
  readonly env: VectorEnv;
  /** Null where one env lasts for the whole run. */
  readonly slabs: SlabSource | null;
  /** Slab to begin or to go on with. */
  readonly firstSlab: number;
  readonly learner: Learner;
  /** Environment steps over all envs; the run takes at least this many. */
  readonly totalSteps: number;
  /** Told before every vector step how far the run is, in [0, 1]; moves the curriculum on. Returns the stage's name. */
  readonly setProgress: (fraction: number) => string;
  readonly checkpointEverySteps: number;
  readonly validateEverySteps: number;
  readonly metricsEverySteps: number;
  /** A higher score is a better policy; called at fixed steps and at the end. */
  readonly validate: () => Promise<number>;
  readonly hooks: TrainerHooks;
  /** Asked before every step; a worker thread reads a shared flag here, since its event loop never turns while it trains. */
  readonly isStopped: () => boolean;
  /** Stop with a checkpoint once this says so: a time budget. */
  readonly isOutOfTime: () => boolean;
}

export interface TrainerHooks {
  onMetrics(step: number, metrics: LearnMetrics, stage: string): void;
  onCheckpoint(saved: Saved, step: number): void;
  onProgress(fraction: number, detail: string): void;
}

export interface TrainingResult {
  readonly outcome: 'finished' | 'interrupted' | 'outOfTime';
  readonly steps: number;
  readonly best: BestPolicy | null;
}

/** The policy that scored best in validation so far. */
export interface BestPolicy {
  readonly step: number;
  readonly score: number;
  readonly model: Uint8Array;
}

/** Trains one learner in one env, from the start or from a checkpoint of this trainer. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #episodes: EpisodeTracker;
  readonly #actions: Actions;
  #env: VectorEnv;
  #slab: number;
  #slabFrom = 0;
  #batch: StepBatch;
  #step = 0;
  #best: BestPolicy | null = null;
  #latest: Record<string, number> = {};

  constructor(options: TrainerOptions) {
    this.#options = options;
    this.#env = options.env;
    this.#slab = options.firstSlab;
    this.#episodes = new EpisodeTracker(options.env.numEnvs);
    this.#actions = createActions(options.env.spec.actions, options.env.numEnvs);
    options.setProgress(0);
    this.#batch = options.env.reset();
  }

  /** @param saved in slab `firstSlab`, see {@link slabOf} */
  restore(saved: Saved): void {
    const { learner } = this.#options;
    const reader = new SavedReader(saved, 'trainer');
    this.#step = reader.number('step');
    this.#slabFrom = reader.has('slabFrom') ? reader.number('slabFrom') : 0;
    this.#options.setProgress(this.#step / this.#options.totalSteps);
    learner.restore(reader.any('learner'));
    this.#batch = this.#env.restore(reader.any('env'));
    this.#episodes.restore(reader.any('episodes'));
    const latest = reader.any('latest') as Record<string, number>;
    this.#latest = { ...latest };
    const best = reader.any('best');
    if (best === null) this.#best = null;
    else {
      const fields = new SavedReader(best, 'trainer.best');
      this.#best = {
        step: fields.number('step'),
        score: fields.number('score'),
        model: fields.array('model', Uint8Array),
      };
    }
  }

  save(): Saved {
    const { learner, slabs } = this.#options;
    return {
      step: this.#step,
      ...(slabs !== null && { slab: this.#slab, slabFrom: this.#slabFrom }),
      learner: learner.save(),
      env: this.#env.save(),
      episodes: this.#episodes.save(),
      latest: { ...this.#latest },
      best: this.#best === null ? null : { ...this.#best },
    };
  }

  async train(): Promise<TrainingResult> {
    const { learner, totalSteps, hooks, isStopped, isOutOfTime } = this.#options;
    while (this.#step < totalSteps) {
      const stopped = isStopped();
      if (stopped || isOutOfTime()) {
        hooks.onCheckpoint(this.save(), this.#step);
        return { outcome: stopped ? 'interrupted' : 'outOfTime', steps: this.#step, best: this.#best };
      }
      await this.#changeSlab();
      const stage = this.#options.setProgress(this.#step / totalSteps);
      await learner.explore(this.#batch, this.#actions);
      this.#batch = this.#env.step(this.#actions);
      const metrics = await learner.learn(this.#actions, this.#batch);
      this.#episodes.observe(this.#batch);
      if (metrics !== null) Object.assign(this.#latest, metrics);
      const before = this.#step;
      this.#step += this.#env.numEnvs;
      await this.#report(before, stage);
    }
    return { outcome: 'finished', steps: this.#step, best: this.#best };
  }

  /**
   * Goes on in the next slab once this one has lasted and nothing lived in it waits to be learned from.
   *
   * Episodes end with their slab. No value is asked for what would have followed: whatever still led there is forgotten.
   */
  async #changeSlab(): Promise<void> {
    const { slabs, learner } = this.#options;
    if (slabs === null || this.#step - this.#slabFrom < slabs.slabSteps || !learner.isSettled) return;
    learner.forgetRows();
    this.#episodes.beginEpisodes();
    this.#slab += 1;
    this.#slabFrom = this.#step;
    this.#latest['train/slab'] = this.#slab;
    this.#env = await slabs.load(this.#slab);
    this.#batch = this.#env.reset();
  }

  /** What happens at fixed steps, in a fixed order, so that a resumed run does it all at the same steps. */
  async #report(before: number, stage: string): Promise<void> {
    const { totalSteps, hooks, learner } = this.#options;
    const last = this.#step >= totalSteps;
    const crosses = (every: number) => last || Math.floor(before / every) !== Math.floor(this.#step / every);
    if (crosses(this.#options.validateEverySteps)) {
      const score = await this.#options.validate();
      this.#latest['validation/growthBps'] = score;
      if (this.#best === null || score > this.#best.score) {
        this.#best = { step: this.#step, score, model: learner.exportPolicy() };
      }
    }
    if (crosses(this.#options.metricsEverySteps)) {
      hooks.onMetrics(this.#step, { ...this.#latest, ...this.#episodes.take() }, stage);
      hooks.onProgress(Math.min(1, this.#step / totalSteps), `${stage}, step ${this.#step}`);
    }
    if (!last && crosses(this.#options.checkpointEverySteps)) hooks.onCheckpoint(this.save(), this.#step);
  }
}

/** The slab that a checkpoint was written in. */
export function slabOf(saved: Saved): number {
  const reader = new SavedReader(saved, 'trainer');
  return reader.has('slab') ? reader.number('slab') : 0;
}
