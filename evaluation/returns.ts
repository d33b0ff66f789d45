/** What a ledger earned bar by bar. */

import type { Ledger } from '../envs/ledger.ts';

/** (bars) equity / equity before - 1; the first bar is measured from the starting equity. */
export function barReturns(ledger: Ledger): Float64Array {
  const { equity } = ledger.columns();
  return Float64Array.from(equity, (value, bar) => value / (bar === 0 ? ledger.startEquity : equity[bar - 1]) - 1);
}

/** (bars) log of equity / equity before: sums to the log of final over starting equity. */
export function logGrowth(ledger: Ledger): Float64Array {
  const { equity } = ledger.columns();
  return Float64Array.from(equity, (value, bar) =>
    Math.log(value / (bar === 0 ? ledger.startEquity : equity[bar - 1])),
  );
}

/** The growth of one path, and which bars it is of. */
export interface PathGrowth {
  readonly path: string;
  /** Close of the first bar, UTC epoch milliseconds. */
  readonly firstTimeMs: number;
  /** (bars) see {@link logGrowth}. */
  readonly growth: Float64Array;
}

export const growthOf = (ledger: Ledger): PathGrowth => ({
  path: ledger.path,
  firstTimeMs: ledger.columns().closeTimeMs[0],
  growth: logGrowth(ledger),
});

/** Bars of several paths in one series, path after path. */
export function pool(parts: readonly Float64Array[]): Float64Array {
  const pooled = new Float64Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    pooled.set(part, at);
    at += part.length;
  }
  return pooled;
}

/** (bars) equity / highest equity so far - 1, the starting equity counted; in (-1, 0]. */
export function drawdowns(ledger: Ledger): Float64Array {
  let peak = ledger.startEquity;
  return ledger.columns().equity.map((equity) => {
    peak = Math.max(peak, equity);
    return equity / peak - 1;
  });
}
