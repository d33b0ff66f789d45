/** Fifty million bars in one file, learned from within half a gigabyte. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MINUTE_MS } from '../../core/units.ts';
import { WALK_START_MS, writeWalkFile } from '../walkFile.ts';
import type { Proof } from './proof.ts';

const BARS = 50_000_000;
const HELD_OUT_BARS = 50_000;
const BUDGET_MB = 512;
/** Networks, what an agent remembers, and libraries that are loaded on the way are no part of the market. */
const BESIDE_MB = 96;
const SLAB_STEPS = 25_000;
const SLABS = 6;
const MEGABYTE = 1e6;

const AGENTS = {
  dqn: { learningStarts: 5_000, trainFrequency: 16 },
  ppo: { numSteps: 128 },
} as const;

const folder = mkdtempSync(join(tmpdir(), 'regimen-large-file-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'walk.parquet');

const timeOf = (row: number): string => new Date(WALK_START_MS + row * MINUTE_MS).toISOString();

/** The score is the memory at its peak, in megabytes, over what the process had before it looked at the market. */
export const largeFileProof: Proof = {
  rule: `trained on ${SLABS} slabs of a Parquet file of ${BARS / 1e6} million bars with market.memory.budgetMb ${BUDGET_MB}, a process takes at most ${BUDGET_MB + BESIDE_MB} megabytes more than it had before`,
  agents: Object.keys(AGENTS),
  async facts() {
    await writeWalkFile(file, BARS);
    return { bars: BARS, fileMegabytes: statSync(file).size / MEGABYTE, columnsMegabytes: (BARS * 48) / MEGABYTE };
  },
  async prove(agent, seed) {
    const { steps, trainSeconds, peakBytes, beforeBytes, bars, slabs, slabRows, readSeconds } = train(agent, seed);
    const score = peakBytes / MEGABYTE;
    return {
      agent,
      seed,
      score,
      passed: score <= BUDGET_MB + BESIDE_MB && slabs === SLABS && bars === BARS,
      steps,
      seconds: trainSeconds,
      figures: { slabs, slabRows, readSeconds, beforeMegabytes: beforeBytes / MEGABYTE },
      curve: [],
    };
  },
};

interface Trained {
  readonly peakBytes: number;
  readonly beforeBytes: number;
  readonly bars: number;
  readonly slabRows: number;
  readonly slabs: number;
  readonly steps: number;
  readonly readSeconds: number;
  readonly trainSeconds: number;
}

/** In a process of its own, whose memory nothing else has raised. */
function train(agent: string, seed: number): Trained {
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(configOf(agent as keyof typeof AGENTS, seed)));
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const program = fileURLToPath(new URL(`../slabPeak${extension}`, import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [...process.execArgv, program, config], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`training in a process of its own failed: ${stderr}`);
  return JSON.parse(stdout) as Trained;
}

function configOf(agent: keyof typeof AGENTS, seed: number) {
  const [validation, test] = [BARS - 2 * HELD_OUT_BARS, BARS - HELD_OUT_BARS].map(timeOf);
  return {
    name: 'large-file',
    seed,
    market: {
      kind: 'bars',
      instrument: 'BTCUSDT',
      file,
      split: {
        train: { from: timeOf(0), to: validation },
        validation: { from: validation, to: test },
        test: { from: test, to: timeOf(BARS) },
      },
      memory: { budgetMb: BUDGET_MB, slabSteps: SLAB_STEPS },
    },
    window: 8,
    training: { workers: 1, validateEverySteps: SLABS * SLAB_STEPS, metricsEverySteps: SLAB_STEPS / 10 },
    agents: [{ name: agent, kind: agent, numEnvs: 32, totalSteps: SLABS * SLAB_STEPS, ...AGENTS[agent] }],
  };
}
