/** One sitting of work on a run: its status, its log, its clock. */

import type { Clock } from '../core/clock.ts';
import { checkConfig, parseConfig, type ConfigSource } from '../core/config.ts';
import { InputError } from '../core/errors.ts';
import { createFileLog, type Log, type LogLevel } from '../core/log.ts';

import { RunFolder, type RunState } from '../core/storage/runFolder.ts';
import { checkGates } from '../evaluation/gates.ts';
import { hashConfig, runConfig, type RunConfig } from './runConfig.ts';

export interface ConfigRequest {
  readonly source: ConfigSource;
  readonly overrides: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Reads and checks a run config whole, formulas included, before anything is written. @throws InputError */
export async function readRunConfig({ source, overrides, environment }: ConfigRequest): Promise<RunConfig> {
  const config = parseConfig(runConfig, source, { overrides, environment });
  await checkGates(config.evaluation.gates);
  return config;
}

export interface SessionOptions {
  readonly clock: Clock;
  readonly logLevel: LogLevel;
}

/** Keeps `status.json` true while work is done in a run folder. */
export class RunSession {
  readonly run: RunFolder;
  readonly config: RunConfig;
  readonly log: Log;
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #earlierSeconds: number;
  readonly #createdUtc: string;
  #stage = 'start';

  private constructor(run: RunFolder, config: RunConfig, { clock, logLevel }: SessionOptions) {
    this.run = run;
    this.config = config;
    this.#clock = clock;
    this.#startedMs = clock.elapsedMs();
    const earlier = run.has('status.json') ? run.readStatus() : null;
    this.#earlierSeconds = earlier?.seconds ?? 0;
    this.#createdUtc = earlier?.createdUtc ?? this.#utc();
    this.log = createFileLog(run.file('log.jsonl'), logLevel);
    this.#write('running');
  }

  /** A new run folder with the resolved config in it. */
  static create(runsDir: string, config: RunConfig, options: SessionOptions): RunSession {
    const identity = { experiment: config.name, seed: config.seed, configHash: hashConfig(config) };
    const run = RunFolder.create(runsDir, identity, options.clock.nowMs());
    run.writeJson('config.json', config);
    return new RunSession(run, config, options);
  }

  /** @throws InputError when the path is no run folder, or its config is not valid any more */
  static open(path: string, options: SessionOptions): RunSession {
    const run = RunFolder.open(path);
    return new RunSession(run, readSavedConfig(run), options);
  }

  /** Seconds of work, over all sittings. */
  get seconds(): number {
    return this.#earlierSeconds + (this.#clock.elapsedMs() - this.#startedMs) / 1000;
  }

  get createdUtc(): string {
    return this.#createdUtc;
  }

  enter(stage: string): void {
    this.#stage = stage;
    this.log.info('stage', { stage });
    this.#write('running');
  }

  end(state: Exclude<RunState, 'running'>, error?: string): void {
    if (error === undefined) this.log.info('end', { state, seconds: this.seconds });
    else this.log.error('end', { state, error });
    this.#write(state, error);
  }

  /** Runs the work; a failure is written into the status before it is thrown on. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.end('failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  #write(state: RunState, error?: string): void {
    this.run.writeStatus({
      state,
      stage: this.#stage,
      createdUtc: this.#createdUtc,
      updatedUtc: this.#utc(),
      seconds: this.seconds,
      ...(error !== undefined && { error }),
    });
  }

  #utc(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }
}

/** The resolved config that a run was made with. */
export function readSavedConfig(run: RunFolder): RunConfig {
  try {
    return checkConfig(
      runConfig,
      run.readJson('config.json'),
      (path) => `${run.file('config.json')}: ${path.join('.')}`,
    );
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({
      what: `the run's config is not one that this version reads:\n${error.message}`,
      where: run.path,
      hint: 'run it with the version that wrote it, or start it anew',
    });
  }
}

/** A run's config with some values changed. @throws InputError when the result is not a valid config */
export function overrideConfig(
  config: RunConfig,
  overrides: readonly string[],
  environment: ConfigRequest['environment'],
): Promise<RunConfig> {
  return readRunConfig({ source: { name: 'config.json', text: JSON.stringify(config) }, overrides, environment });
}
