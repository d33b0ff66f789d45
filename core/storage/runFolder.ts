/** A run's folder: the database of everything that the run was and found. */

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compactUtc } from '../clock.ts';
import { InputError } from '../errors.ts';
import type { TimeMs } from '../units.ts';
import { appendLine, writeFileAtomic, writeJsonAtomic } from './atomicFile.ts';

export type RunState = 'running' | 'interrupted' | 'finished' | 'failed';

export interface RunStatus {
  readonly state: RunState;
  /** What the run was doing when the status was written: a pipeline stage. */
  readonly stage: string;
  readonly createdUtc: string;
  readonly updatedUtc: string;
  /** Seconds of work so far, over all sittings. */
  readonly seconds: number;
  readonly error?: string;
}

export interface RunIdentity {
  readonly experiment: string;
  readonly seed: number;
  readonly configHash: string;
}

/** Reads and writes one run folder; every file appears whole or not at all, logs grow by whole lines. */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes `runs/<experiment>__s<seed>__<confighash>__<utc>/`. */
  static create(runsDir: string, identity: RunIdentity, now: TimeMs): RunFolder {
    const { experiment, seed, configHash } = identity;
    const stem = `${experiment}__s${seed}__${configHash}__${compactUtc(now)}`;
    mkdirSync(runsDir, { recursive: true });
    for (let attempt = 0; ; attempt++) {
      const path = join(runsDir, attempt === 0 ? stem : `${stem}-${attempt}`);
      try {
        mkdirSync(path);
        return new RunFolder(path);
      } catch (error) {
        // Two runs of one config may start in the same millisecond.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  /** @throws InputError when the path is not a run folder */
  static open(path: string): RunFolder {
    const refuse = (what: string) =>
      new InputError({
        what,
        where: path,
        rule: 'a run folder holds config.json and status.json',
        hint: "name a folder under runs/ that 'regimen run' or 'regimen train' made",
      });
    if (!existsSync(path)) throw refuse('run folder does not exist');
    if (!statSync(path).isDirectory()) throw refuse('not a folder');
    for (const name of ['config.json', 'status.json']) {
      if (!existsSync(join(path, name))) throw refuse(`not a run folder: ${name} is missing`);
    }
    return new RunFolder(path);
  }

  /** Every run folder below `runsDir`, oldest first. */
  static list(runsDir: string): RunFolder[] {
    if (!existsSync(runsDir)) return [];
    return readdirSync(runsDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(runsDir, entry.name, 'status.json')))
      .map((entry) => new RunFolder(join(runsDir, entry.name)))
      .sort((a, b) => (a.readStatus().createdUtc < b.readStatus().createdUtc ? -1 : 1));
  }

  get name(): string {
    return basename(this.path);
  }

  file(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  has(...names: readonly string[]): boolean {
    return existsSync(this.file(...names));
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileAtomic(this.file(name), content);
  }

  writeJson(name: string, value: unknown): void {
    writeJsonAtomic(this.file(name), value);
  }

  /** @throws InputError when the file is missing or is not JSON */
  readJson(name: string): unknown {
    const path = this.file(name);
    if (!existsSync(path)) throw new InputError({ what: `${name} is missing`, where: this.path });
    try {
      return JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new InputError({ what: `${name} is not JSON: ${(error as Error).message}`, where: this.path });
    }
  }

  append(name: string, record: object): void {
    appendLine(this.file(name), JSON.stringify(record), 'buffered');
  }

  /** The records of a log that `append` wrote; a last line torn by a kill is left out. */
  readLines(name: string): unknown[] {
    if (!this.has(name)) return [];
    const lines = readFileSync(this.file(name), 'utf8').split('\n');
    lines.pop();
    return lines.map((line) => JSON.parse(line) as unknown);
  }

  writeStatus(status: RunStatus): void {
    this.writeJson('status.json', status);
  }

  readStatus(): RunStatus {
    return this.readJson('status.json') as RunStatus;
  }
}
