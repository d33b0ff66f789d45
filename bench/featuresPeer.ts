/** Features and TA-Lib by turns over the same bars, columns equal to the last value. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE_MS } from '../core/units.ts';
import { numBars, type Bars } from '../market/data/bars.ts';
import type { FeatureConfig } from '../market/features/featureConfig.ts';
import { forEachChunk } from '../market/features/featureRunner.ts';
import { makeFeatureSet } from '../market/features/featureSet.ts';
import { startPeer } from './peers/peer.ts';

const ROUNDS = 5;
const TOLERANCE = 1e-8;

interface PeerColumn {
  /** CPU milliseconds of TA-Lib's calls and the arithmetic that makes the same column of them. */
  readonly ms: number;
  /** Of the calls alone. */
  readonly callsMs: number;
  readonly last: number;
}

/**
 * Adds milliseconds of both sides to `metrics`; empty where no peer can run.
 *
 * @returns time of the peer over ours: all columns together, TA-Lib's calls alone against our columns, and the worst column
 */
export async function compareWithTalib(
  bars: Bars,
  list: readonly FeatureConfig[],
  metrics: Record<string, number>,
): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'regimen-bench-'));
  try {
    const file = join(folder, 'bars.f64');
    const columns = [bars.open, bars.high, bars.low, bars.close, bars.volume];
    writeFileSync(
      file,
      Buffer.concat(columns.map((column) => new Uint8Array(column.buffer, column.byteOffset, column.byteLength))),
    );
    const peer = await startPeer('features.py', { file, rows: numBars(bars) });
    if (peer === null) return {};
    try {
      const rounds: { ours: Record<string, Measured>; theirs: Record<string, PeerColumn> }[] = [];
      // The first round warms up.
      for (let round = 0; round <= ROUNDS; round++) {
        const theirs = (await peer.round()) as Record<string, PeerColumn>;
        rounds.push({ theirs, ours: measureOurs(bars, list, Object.keys(theirs)) });
      }
      return summarize(rounds.slice(1), metrics);
    } finally {
      peer.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly ms: number;
  readonly last: number;
}

function measureOurs(bars: Bars, list: readonly FeatureConfig[], names: readonly string[]): Record<string, Measured> {
  const sets = list.map((config) => makeFeatureSet([config], { timeframeMs: MINUTE_MS }));
  const measured: Record<string, Measured> = {};
  for (const name of names) {
    const featureSet = sets.find(({ columns }) => columns[0].name === name);
    if (featureSet === undefined) throw new Error(`no feature of the benchmark is '${name}'`);
    let last = NaN;
    const before = process.cpuUsage();
    forEachChunk(featureSet, bars, { from: 0, to: numBars(bars) }, (_row, length, features) => {
      last = features[(length - 1) * featureSet.columns.length];
    });
    const { user, system } = process.cpuUsage(before);
    measured[name] = { ms: (user + system) / 1000, last };
  }
  return measured;
}

function summarize(
  rounds: readonly { ours: Record<string, Measured>; theirs: Record<string, PeerColumn> }[],
  metrics: Record<string, number>,
): Record<string, number> {
  const [{ ours: first, theirs }] = rounds;
  const total = { ours: 0, theirs: 0, calls: 0 };
  let worst = Infinity;
  for (const name of Object.keys(theirs)) {
    if (!(Math.abs(first[name].last - theirs[name].last) <= TOLERANCE)) {
      throw new Error(`${name} is ${first[name].last} here and ${theirs[name].last} by TA-Lib`);
    }
    const ours = median(rounds.map((round) => round.ours[name].ms));
    const peer = median(rounds.map((round) => round.theirs[name].ms));
    total.ours += ours;
    total.theirs += peer;
    total.calls += median(rounds.map((round) => round.theirs[name].callsMs));
    worst = Math.min(worst, peer / ours);
    metrics[`talibMs:${name}`] = peer;
    metrics[`oursMs:${name}`] = ours;
  }
  return {
    talibTimeToOurs: total.theirs / total.ours,
    talibCallsTimeToOurs: total.calls / total.ours,
    talibTimeToOursWorstColumn: worst,
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
