/** A cost table on the terminal: half-spreads per session, and what orders and trades told. */

import type { ExecutionTable, InstrumentEntry } from '../market/execution/table.ts';
import { SESSIONS } from '../market/sessions.ts';
import { decimalCell, percentCell, renderTable } from './table.ts';

/** @param pair the instrument that was measured; null: all of them */
export function describeCalibration(table: ExecutionTable, pair: string | null): string {
  const entries = Object.entries(table.instruments).filter(([name]) => pair === null || name === pair);
  const rows = entries.flatMap(([name, entry]) =>
    SESSIONS.map((session) => {
      const { count, level, mean, p50, p90 } = entry.sessions[session].halfSpreadBps;
      const numbers = [mean, p50, p90].map((value) => decimalCell(value, 3));
      return [name, session, String(count), ...numbers, level === 'session' ? '' : `of its ${LEVELS[level]}`];
    }),
  );
  const head = ['instrument', 'session', 'samples', 'half-spread bps', 'p50', 'p90', ''];
  return [renderTable([head, ...rows]), ...entries.flatMap(describeOrders)].join('\n');
}

const LEVELS = { session: 'session', pair: 'pair', assetClass: 'asset class' } as const;

function describeOrders([name, entry]: readonly [string, InstrumentEntry]): string[] {
  const { latencyMs, fillRatio, effectiveHalfSpreadBps, impact } = entry;
  return [
    latencyMs !== null &&
      `${name} latency ms: p50 ${decimalCell(latencyMs.p50, 0)}, p90 ${decimalCell(latencyMs.p90, 0)} over ${latencyMs.count} orders`,
    fillRatio !== null &&
      `${name} fill ratio: mean ${percentCell(fillRatio.mean)}, nine of ten orders fill ${percentCell(fillRatio.p90)} at least`,
    effectiveHalfSpreadBps !== null &&
      `${name} effective half-spread bps: mean ${decimalCell(effectiveHalfSpreadBps.mean, 3)}, p50 ${decimalCell(effectiveHalfSpreadBps.p50, 3)} over ${effectiveHalfSpreadBps.count} trades`,
    impact !== null &&
      `${name} impact: coefficient ${decimalCell(impact.coefficient, 3)} +- ${decimalCell(impact.standardError, 3)}, r2 ${decimalCell(impact.r2, 2)} over ${impact.count} buckets of ${impact.bucketMs / 1000} s`,
  ].filter((line) => line !== false);
}
