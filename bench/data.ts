/** A million bars out of a CSV file, every cell and every bar checked; csv-parse on the same bytes beside it. */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { createRng } from '../core/rng.ts';
import { exportBars } from '../market/data/exportBars.ts';
import { readBarFile } from '../market/data/importBars.ts';
import { generatePath } from '../market/data/synthetic.ts';
import { syntheticConfig } from '../market/data/syntheticConfig.ts';
import type { BenchResult } from './benchResult.ts';
import { measureParquet, measureQuestDb, medianOf } from './stores.ts';

const BARS = 1_000_000;
/** csv-parse holds all its records at once: fewer rows, and the rate is what is compared. */
const PEER_BARS = 200_000;
const REPEATS = 3;

/** A million bars in a text file and in the stores. Times are medians of three; the checksum is of the bars that were read, equal for plain and zipped. */
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
  const exportMs = await medianOf(REPEATS, () => exportBars(plain, bars));
  exportBars(zipped, bars);
  exportBars(few, draw(PEER_BARS));
  const hashes = new Set<string>();
  const read = async (path: string) => void hashes.add((await readBarFile(path)).dataHash);
  const importMs = await medianOf(REPEATS, () => read(plain));
  const importZippedMs = await medianOf(REPEATS, () => read(zipped));
  const peerMs = await medianOf(REPEATS, () => void parse(readFileSync(few), { cast: true }));
  if (hashes.size !== 1) throw new Error('the plain and the zipped file were read differently');
  const stores = { ...(await measureParquet(folder, bars)), ...(await measureQuestDb(bars)) };
  const { peakBytes, dataBytes } = measurePeak(plain);
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
      ...stores,
      importPeakMegabytes: peakBytes / 1e6,
    },
    ratios: { importPeakToData: peakBytes / dataBytes, importToCsvParse: rowsPerSecond / peerRowsPerSecond },
    checksum: [...hashes][0].slice(0, 16),
  };
}

interface Peak {
  readonly peakBytes: number;
  readonly dataBytes: number;
}

/** In a process of its own, whose memory nothing else has raised. */
function measurePeak(path: string): Peak {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const program = fileURLToPath(new URL(`./importPeak${extension}`, import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [...process.execArgv, program, path], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`importing in a process of its own failed: ${stderr}`);
  return JSON.parse(stdout) as Peak;
}
