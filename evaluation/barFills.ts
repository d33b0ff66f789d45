/** Fills as far as bars tell of them: for the ledger of a live run, whose journal keeps bars. */

import { FILL_CAUSES, FillLog } from '../envs/fillLog.ts';
import type { Ledger } from '../envs/ledger.ts';
import { costRow } from '../market/execution/costs.ts';

const [OPEN, RESTING] = FILL_CAUSES.keys();
const RUIN = FILL_CAUSES.indexOf('ruin');

/**
 * One fill for each bar that changed the position, at the average price of the bar.
 *
 * A position that was opened and closed within one bar is not seen. A bar that left the account flat and yet paid interest was filled
 * within its range; any other at its open.
 */
export function fillsOfBars(ledger: Ledger): FillLog {
  const columns = ledger.columns();
  const log = new FillLog();
  for (let bar = 0; bar < ledger.length; bar++) {
    const before = bar === 0 ? 0 : columns.quantity[bar - 1];
    const cashBefore = bar === 0 ? ledger.startEquity : columns.cash[bar - 1];
    const after = columns.quantity[bar];
    const quantity = after - before;
    if (quantity === 0) continue;
    const notional = columns.tradedNotional[bar];
    const interest = columns.interestCost[bar];
    const costs = costRow((column) => columns[column][bar]);
    const isRuin = notional === 0;
    const mid = isRuin ? columns.close[bar] : notional / Math.abs(quantity);
    const isWithin = after === 0 && interest !== 0;
    log.append({
      ...costs,
      bar,
      cause: isRuin ? RUIN : isWithin ? RESTING : OPEN,
      quantity,
      mid,
      price: mid + (costs.spreadCost + costs.slippageCost) / quantity,
      venue: columns.venue[bar],
      quantityAfter: after,
      cashAfter: columns.cash[bar] + (isRuin || isWithin ? 0 : interest),
      writeOff: isRuin ? columns.cash[bar] + interest - cashBefore - before * mid : 0,
    });
  }
  return log;
}
