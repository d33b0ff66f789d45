/** Run as a process of its own: the memory that training one agent takes at its peak, over what the process had before. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../core/clock.ts';
import { createRng } from '../core/rng.ts';
import { RunFolder } from '../core/storage/runFolder.ts';
import { buildMarket } from '../experiments/market.ts';
import { hashConfig, runConfig } from '../experiments/runConfig.ts';
import type { MetricsLine } from '../experiments/runLog.ts';
import { trainAgent } from '../experiments/trainAgent.ts';
import { peakBytes } from './peakBytes.ts';

const config = runConfig.parse(JSON.parse(readFileSync(process.argv[2], 'utf8')));
const [{ name: agent }] = config.agents;
const beforeBytes = process.memoryUsage().rss;
const started = systemClock.elapsedMs();
const market = await buildMarket(config, createRng(config.seed));
const readSeconds = (systemClock.elapsedMs() - started) / 1000;
const folder = mkdtempSync(join(tmpdir(), 'slab-peak-'));
try {
  const identity = { experiment: config.name, seed: config.seed, configHash: hashConfig(config) };
  const run = RunFolder.create(folder, identity, systemClock.nowMs());
  const { steps, trained } = await trainAgent({
    config,
    agent,
    market,
    run,
    clock: systemClock,
    deadlineMs: null,
    isStopped: () => false,
    onProgress: () => undefined,
  });
  const lines = run.readLines('metrics.jsonl') as MetricsLine[];
  const result = {
    peakBytes: peakBytes() - beforeBytes,
    beforeBytes,
    bars: market.slabs?.index.rows ?? market.worlds.bars.close.length,
    slabRows: market.slabs?.slabRows ?? null,
    slabs: 1 + (lines.at(-1)?.metrics['train/slab'] ?? 0),
    steps,
    weightsHash: trained?.weightsHash,
    readSeconds,
    trainSeconds: trained?.seconds,
  };
  process.stdout.write(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
