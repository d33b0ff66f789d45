import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleTable } from '../../../market/execution/calibrate/assembleTable.ts';
import { WeightedSamples } from '../../../market/execution/calibrate/weightedSamples.ts';
import { executionConfig, type ExecutionConfig } from '../../../market/execution/executionConfig.ts';
import type { Distribution } from '../../../market/execution/distribution.ts';
import type { ExecutionTable, InstrumentEntry, SlippageRung } from '../../../market/execution/table.ts';
import { SESSIONS, type Session } from '../../../market/sessions.ts';

export const SHIPPED = new URL('../../../configs/execution/execution_metrics.json', import.meta.url).pathname;

export const config = (values: Partial<ExecutionConfig> = {}): ExecutionConfig => executionConfig.parse(values);

export function distributionOf(values: readonly number[], level: Distribution['level'] = 'session'): Distribution {
  const samples = new WeightedSamples();
  for (const value of values) samples.push(value, 10);
  const measured = samples.summarize();
  if (measured === null) throw new RangeError('no values');
  return { ...measured, level };
}

interface EntryShape {
  readonly spreads: readonly number[];
  /** Slippage samples by order size; null: no book was measured. */
  readonly slippage: Readonly<Record<number, readonly number[]>> | null;
}

/** An entry with the same numbers in every session. */
export function makeEntry({ spreads, slippage }: EntryShape, about: Partial<InstrumentEntry> = {}): InstrumentEntry {
  const costsAt = (level: Distribution['level']) => ({
    halfSpreadBps: distributionOf(spreads, level),
    slippageBps:
      slippage === null ? null : Object.entries(slippage).map(([size, values]) => rungOf(size, values, level)),
  });
  return {
    assetClass: 'test',
    venue: 'nowhere',
    sources: [
      {
        name: 'quotes.csv',
        kind: 'quoteTicks',
        sha256: '0'.repeat(64),
        from: '2024-01-01T00:00:00.000Z',
        to: '2024-01-02T00:00:00.000Z',
        count: spreads.length,
        droppedDuplicates: 0,
        droppedCrossed: 0,
      },
    ],
    latencyMs: null,
    fillRatio: null,
    effectiveHalfSpreadBps: null,
    impact: null,
    pair: costsAt('pair'),
    sessions: Object.fromEntries(SESSIONS.map((name) => [name, costsAt('session')])) as Record<
      Session,
      InstrumentEntry['pair']
    >,
    ...about,
  };
}

function rungOf(size: string, values: readonly number[], level: Distribution['level']): SlippageRung {
  const cell = distributionOf(values, level);
  const { mean, p50, p90, p99 } = cell;
  return {
    notional: Number(size),
    againstMid: { mean, p50, p90, p99 },
    extrapolatedShare: 0,
    measuredFrom: 'books',
    ...cell,
  };
}

export const makeTable = (
  instruments: Readonly<Record<string, InstrumentEntry>>,
  date = '2024-01-02',
): ExecutionTable => assembleTable({ date, instruments, fallback: { minCount: 0, minSeconds: 0 } });

/** Runs with a temporary folder that is gone afterwards. */
export function withFolder(use: (dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'regimen-execution-'));
  try {
    use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function writeText(dir: string, name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}
