/** What a run writes while it trains: metrics as lines and as TensorBoard events, checkpoints, policies, a log. */

import { mkdirSync } from 'node:fs';
import type { LearnMetrics } from '../agents/agent.ts';
import { compactUtc } from '../core/clock.ts';
import type { Saved } from '../core/saved.ts';
import { readCheckpoint, writeCheckpoint } from '../core/storage/checkpoint.ts';
import type { RunFolder } from '../core/storage/runFolder.ts';
import { TensorBoardWriter } from '../core/storage/tensorBoard.ts';
import type { TimeMs } from '../core/units.ts';
import type { BestPolicy } from './trainer.ts';

/** One line of `metrics.jsonl`. */
export interface MetricsLine {
  readonly agent: string;
  readonly step: number;
  readonly stage: string;
  readonly metrics: LearnMetrics;
}

/** What training left behind for the judge, `policies/<agent>.json` beside the ONNX file. */
export interface TrainedAgent {
  readonly agent: string;
  readonly kind: string;
  readonly steps: number;
  /** Hash of the weights after the last step: two runs are equal when these are. */
  readonly weightsHash: string;
  /** The step whose policy scored best in validation; that one is in the ONNX file. An ensemble is not trained: 0. */
  readonly bestStep: number;
  /** Mean log growth per bar on the validation paths, basis points. */
  readonly bestScoreBps: number;
  readonly seconds: number;
  /** Of an ensemble: whose policies vote, as they were when it was made. */
  readonly members?: readonly EnsembleMember[];
}

export interface EnsembleMember extends Pick<TrainedAgent, 'agent' | 'weightsHash' | 'bestStep' | 'bestScoreBps'> {
  /** Of its vote; absent where scores are averaged. */
  readonly weight?: number;
}

/** The files of one agent in a run folder. */
export class AgentFiles {
  readonly #run: RunFolder;
  readonly #agent: string;
  readonly #configHash: string;
  #tensorBoard: TensorBoardWriter | null = null;

  constructor(run: RunFolder, agent: string, configHash: string) {
    this.#run = run;
    this.#agent = agent;
    this.#configHash = configHash;
  }

  writeMetrics(line: MetricsLine, now: TimeMs): void {
    this.#run.append('metrics.jsonl', line);
    if (this.#tensorBoard === null) {
      const folder = this.#run.file('tensorboard', this.#agent);
      mkdirSync(folder, { recursive: true });
      this.#tensorBoard = new TensorBoardWriter(`${folder}/events.out.tfevents.${compactUtc(now)}`, now);
    }
    this.#tensorBoard.writeScalars(line.step, line.metrics, now);
  }

  writeCheckpoint(saved: Saved): void {
    writeCheckpoint(this.#checkpointPath, saved, this.#configHash);
  }

  /** The last checkpoint, or null where none was written. @throws InputError when it is torn or of another config */
  readCheckpoint(): Saved | null {
    return this.#run.has('checkpoints', `${this.#agent}.ckpt`)
      ? readCheckpoint(this.#checkpointPath, this.#configHash)
      : null;
  }

  writeTrained(trained: TrainedAgent, best: BestPolicy): void {
    this.#run.write(`policies/${this.#agent}.onnx`, best.model);
    this.#run.writeJson(`policies/${this.#agent}.json`, trained);
  }

  /** Null where training has not finished. */
  readTrained(): TrainedAgent | null {
    const name = `policies/${this.#agent}.json`;
    return this.#run.has(name) ? (this.#run.readJson(name) as TrainedAgent) : null;
  }

  get #checkpointPath(): string {
    return this.#run.file('checkpoints', `${this.#agent}.ckpt`);
  }
}

/** Forgets metrics that were written after the checkpoint that training goes on from: they will be written again. */
export function rewindMetrics(run: RunFolder, stepOf: (agent: string) => number): void {
  if (!run.has('metrics.jsonl')) return;
  const lines = run.readLines('metrics.jsonl') as MetricsLine[];
  // A step is read out of a whole checkpoint: once an agent, not once a line.
  const steps = new Map([...new Set(lines.map(({ agent }) => agent))].map((agent) => [agent, stepOf(agent)]));
  const kept = lines.filter(({ agent, step }) => step <= (steps.get(agent) ?? 0));
  run.write('metrics.jsonl', kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
