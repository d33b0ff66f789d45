/** How far a new table's numbers moved from the current one's. */

import { SESSIONS } from '../../sessions.ts';
import type { ExecutionTable, InstrumentEntry } from '../table.ts';

export interface CellDrift {
  /** "EURUSD london halfSpreadBps p90". */
  readonly cell: string;
  readonly before: number;
  readonly after: number;
  /** Larger over smaller, >= 1. */
  readonly factor: number;
}

/** Numbers below these are all alike: their ratio is noise. */
const NEGLIGIBLE_BPS = 0.01;
const NEGLIGIBLE_MS = 1;
const NEGLIGIBLE_SHARE = 0.01;
const NEGLIGIBLE_COEFFICIENT = 0.01;

/** Medians and p90s of every cell that both tables hold, the farthest moved first. */
export function measureDrift(before: ExecutionTable, after: ExecutionTable): CellDrift[] {
  const drifts = Object.entries(after.instruments).flatMap(([name, entry]) => {
    const earlier = Object.hasOwn(before.instruments, name) ? before.instruments[name] : null;
    return earlier === null ? [] : instrumentDrift(name, earlier, entry);
  });
  return drifts.sort((a, b) => b.factor - a.factor);
}

function instrumentDrift(name: string, before: InstrumentEntry, after: InstrumentEntry): CellDrift[] {
  const sessions = SESSIONS.flatMap((session) => {
    const [old, now] = [before.sessions[session], after.sessions[session]];
    const label = `${name} ${session}`;
    const rungs = (now.slippageBps ?? []).flatMap((rung) => {
      const same = old.slippageBps?.find(({ notional }) => notional === rung.notional);
      return same === undefined
        ? []
        : bothDrifts(`${label} slippageBps ${rung.notional}`, [same, rung], NEGLIGIBLE_BPS);
    });
    return [...bothDrifts(`${label} halfSpreadBps`, [old.halfSpreadBps, now.halfSpreadBps], NEGLIGIBLE_BPS), ...rungs];
  });
  const impact = [before.impact?.coefficient, after.impact?.coefficient] as const;
  return [
    ...sessions,
    ...bothDrifts(`${name} latencyMs`, [before.latencyMs, after.latencyMs], NEGLIGIBLE_MS),
    ...bothDrifts(`${name} fillRatio`, [before.fillRatio, after.fillRatio], NEGLIGIBLE_SHARE),
    ...cellDrift(`${name} impact coefficient`, impact, NEGLIGIBLE_COEFFICIENT),
  ];
}

type Named = { readonly p50: number; readonly p90: number } | null;

/** Median and p90; none where only one of the two tables holds the cell. */
const bothDrifts = (label: string, [before, after]: readonly [Named, Named], negligible: number): CellDrift[] =>
  (['p50', 'p90'] as const).flatMap((key) => cellDrift(`${label} ${key}`, [before?.[key], after?.[key]], negligible));

function cellDrift(
  cell: string,
  [before, after]: readonly [number | undefined, number | undefined],
  negligible: number,
): CellDrift[] {
  if (before === undefined || after === undefined) return [];
  const [low, high] = [before, after].map((value) => Math.max(value, negligible)).sort((a, b) => a - b);
  return [{ cell, before, after, factor: high / low }];
}
