/** What a live run says of the bars that it was fed. */

import type { Ledger } from '../envs/ledger.ts';
import type { Extent } from '../market/data/partUse.ts';
import type { SplitJump } from '../market/data/quality/splitScan.ts';
import { describeExtent } from '../reports/partsJudged.ts';

/** The bars of the ledger: those before it warm the features up, and on the last of them the first decision is taken. */
export function tradedExtent(ledger: Ledger, timeframeMs: number): Extent | null {
  const { closeTimeMs } = ledger.columns();
  if (ledger.length === 0) return null;
  const [fromMs, toMs] = [closeTimeMs[0] - timeframeMs, closeTimeMs[ledger.length - 1]];
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), bars: ledger.length };
}

export const describeTraded = (traded: Extent | null, bars: number): string =>
  traded === null
    ? `nothing was traded: all ${bars} bars warm the features up`
    : `traded ${describeExtent(traded)} UTC, ${traded.bars} bars; the ${bars - traded.bars} before warmed the features up`;

/** A replay goes on over them, as a live feed would; its return is told for what it is. */
export const describeSplits = (jumps: readonly SplitJump[]): string[] =>
  jumps.map(
    ({ timeMs, closeBefore, open, newShares, oldShares }) =>
      `  WARNING: the prices jump as by a share split of ${newShares}:${oldShares} at ${new Date(timeMs).toISOString()} (${closeBefore} to ${open}); the return above takes it for a gain or a loss`,
  );
