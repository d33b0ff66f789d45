/** A million bars out of a CSV file, every cell and every bar checked; csv-parse on the same bytes beside it. */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { createRng } from '../core/rng.ts';
import { exportBars } from '../market/data/exportBars.ts';
import { readBarFile } from '../market/data/importBars.ts';
import { generatePath } from '../market/data/synthetic.ts';
import { syntheticConfig } from '../market/data/syntheticConfig.ts';
import type { BenchResult } from './benchResult.ts';

const BARS = 1_000_000;
/** csv-parse holds all its records at once: fewer rows, and the rate is what is compared. */
const PEER_BARS = 200_000;
const REPEATS = 3;

/** Times are medians of three; the checksum is of the bars that were read, equal for plain and zipped. */
export async function runDataBench(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'regimen-bench-'));
  try {
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<BenchResult> {
  const config = syntheticConfig.parse({ timeframeMs: 60_000 });
  const draw = (bars: number) => generatePath(config, createRng(1), { name: 'bench', bars, regime: null }).bars;
  const [plain, zipped, few] = ['bars.csv', 'bars.csv.gz', 'few.csv'].map((name) => join(folder, name));
  const bars = draw(BARS);
  const exportMs = await medianMs(() => exportBars(plain, bars));
  exportBars(zipped, bars);
  exportBars(few, draw(PEER_BARS));
  const hashes = new Set<string>();
  const read = async (path: string) => void hashes.add((await readBarFile(path)).dataHash);
  const importMs = await medianMs(() => read(plain));
  const importZippedMs = await medianMs(() => read(zipped));
  const peerMs = await medianMs(() => void parse(readFileSync(few), { cast: true }));
  if (hashes.size !== 1) throw new Error('the plain and the zipped file were read differently');
  const rowsPerSecond = BARS / (importMs / 1000);
  const peerRowsPerSecond = PEER_BARS / (peerMs / 1000);
  return {
    metrics: {
      bars: BARS,
      megabytes: statSync(plain).size / 1e6,
      importMs,
      importZippedMs,
      exportMs,
      rowsPerSecond,
      zippedRowsPerSecond: BARS / (importZippedMs / 1000),
      csvParseRowsPerSecond: peerRowsPerSecond,
    },
    ratios: { importToCsvParse: rowsPerSecond / peerRowsPerSecond },
    checksum: [...hashes][0].slice(0, 16),
  };
}

async function medianMs(work: () => void | Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[REPEATS >> 1];
}
