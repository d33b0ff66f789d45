/** How far a new table's numbers moved from the current one's. */

import { SESSIONS } from '../../sessions.ts';
import type { Distribution } from '../distribution.ts';
import type { ExecutionTable, InstrumentEntry } from '../table.ts';

export interface CellDrift {
  /** "EURUSD london halfSpreadBps p90". */
  readonly cell: string;
  readonly before: number;
  readonly after: number;
  /** Larger over smaller, >= 1. */
  readonly factor: number;
}

/** Costs below this, basis points, are all alike: their ratio is noise. */
const NEGLIGIBLE_BPS = 0.01;

/** Medians and p90s of every cell that both tables hold, the farthest moved first. */
export function measureDrift(before: ExecutionTable, after: ExecutionTable): CellDrift[] {
  const drifts = Object.entries(after.instruments).flatMap(([name, entry]) => {
    const earlier = Object.hasOwn(before.instruments, name) ? before.instruments[name] : null;
    return earlier === null ? [] : instrumentDrift(name, earlier, entry);
  });
  return drifts.sort((a, b) => b.factor - a.factor);
}

function instrumentDrift(name: string, before: InstrumentEntry, after: InstrumentEntry): CellDrift[] {
  return SESSIONS.flatMap((session) => {
    const [old, now] = [before.sessions[session], after.sessions[session]];
    const label = `${name} ${session}`;
    const rungs = (now.slippageBps ?? []).flatMap((rung) => {
      const same = old.slippageBps?.find(({ notional }) => notional === rung.notional);
      return same === undefined ? [] : cellDrift(`${label} slippageBps ${rung.notional}`, same, rung);
    });
    return [...cellDrift(`${label} halfSpreadBps`, old.halfSpreadBps, now.halfSpreadBps), ...rungs];
  });
}

function cellDrift(label: string, before: Distribution, after: Distribution): CellDrift[] {
  return (['p50', 'p90'] as const).map((key) => {
    const [low, high] = [before[key], after[key]].map((value) => Math.max(value, NEGLIGIBLE_BPS)).sort((a, b) => a - b);
    return { cell: `${label} ${key}`, before: before[key], after: after[key], factor: high / low };
  });
}
