/** How envs walk over rows: where each stands, where its episode ends, and what begins when it has. */

import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import type { StepBatch } from '../core/spec.ts';
import type { Episode, EpisodeSource } from '../market/episodes.ts';
import type { Worlds } from '../market/worlds.ts';
import { clearStepBatch, restoreStepBatch, saveStepBatch } from './stepBatchState.ts';
import { checkEpisode } from './tradingChecks.ts';

export interface EpisodeWalkOptions {
  /** Name of the env in messages. */
  readonly name: string;
  readonly worlds: Pick<Worlds, 'paths' | 'warmupBars'>;
  /** Saved and restored with the walk where it has a state. */
  readonly source: EpisodeSource | (EpisodeSource & Resumable);
  /** Names of the envs' random streams. */
  readonly streamNames: readonly string[];
  readonly rng: Rng;
  /** Written by the walk, but for its rewards and the states, which are the env's. */
  readonly step: StepBatch;
  /** Opens an account for an episode and writes the state that it begins with. */
  readonly begin: (env: number, episode: Episode) => void;
}

/** Rows, ends and autoreset of a vector env; what happens on a row is the env's business. */
export class EpisodeWalk {
  readonly #options: EpisodeWalkOptions;
  readonly #step: StepBatch;
  readonly #rngs: readonly Rng[];
  readonly #endRow: Int32Array;
  /** Envs whose episode ended in the step at hand. */
  #ended = 0;
  #started = false;

  constructor(options: EpisodeWalkOptions) {
    const { streamNames, rng, step } = options;
    this.#options = options;
    this.#step = step;
    this.#rngs = streamNames.map((name) => rng.fork(name).fork('episodes'));
    this.#endRow = new Int32Array(streamNames.length);
  }

  reset(): StepBatch {
    for (let env = 0; env < this.#rngs.length; env++) this.#startEpisode(env);
    clearStepBatch(this.#step);
    this.#started = true;
    return this.#step;
  }

  /** @throws InputError before the first reset */
  begin(): void {
    this.#ended = 0;
    if (!this.#started) throw new InputError({ what: 'step before reset', where: this.#options.name });
  }

  /** Env `env` has lived the bar at `row`. @param ruined 1 where its account ended there */
  arrive(env: number, row: number, ruined: number): void {
    const cut = row >= this.#endRow[env] ? 1 - ruined : 0;
    this.#step.finalRow[env] = row;
    this.#step.terminated[env] = ruined;
    this.#step.truncated[env] = cut;
    this.#ended += ruined + cut;
  }

  /** Shows what each env goes on from: what its step ended on, or the beginning of its next episode. */
  finish(): StepBatch {
    const { row, state, finalRow, finalState, terminated, truncated } = this.#step;
    row.set(finalRow);
    state.set(finalState);
    for (let env = 0, left = this.#ended; left > 0; env++) {
      if (terminated[env] + truncated[env] === 0) continue;
      this.#startEpisode(env);
      left -= 1;
    }
    return this.#step;
  }

  save(): { readonly [field: string]: Saved } {
    const { source } = this.#options;
    return {
      started: this.#started,
      endRow: this.#endRow.slice(),
      step: saveStepBatch(this.#step),
      episodeRngs: this.#rngs.map((rng) => rng.save()),
      source: 'save' in source ? source.save() : null,
    };
  }

  /** @throws InputError when the state is of another width */
  restore(saved: Saved): StepBatch {
    const { name, source } = this.#options;
    const reader = new SavedReader(saved, name);
    const rngs = reader.list('episodeRngs');
    if (rngs.length !== this.#rngs.length) {
      throw new InputError({
        what: 'saved env has another width',
        where: name,
        rule: `${this.#rngs.length} envs`,
        value: rngs.length,
      });
    }
    reader.into('endRow', this.#endRow);
    restoreStepBatch(reader.any('step'), this.#step);
    this.#rngs.forEach((rng, env) => rng.restore(rngs[env]));
    if ('restore' in source) source.restore(reader.any('source'));
    this.#started = reader.boolean('started');
    return this.#step;
  }

  #startEpisode(env: number): void {
    const { source, worlds, begin } = this.#options;
    const episode = source.next(env, this.#rngs[env]);
    checkEpisode(episode, worlds);
    this.#endRow[env] = episode.endRow;
    this.#step.row[env] = episode.startRow;
    begin(env, episode);
  }
}
