/** Fills as far as bars tell of them: for the ledger of a live run, whose journal keeps bars. */

import { FILL_CAUSES, FillLog } from '../envs/fillLog.ts';
import type { Ledger } from '../envs/ledger.ts';
import { costRow } from '../market/execution/costs.ts';

const [OPEN] = FILL_CAUSES.keys();
const RUIN = FILL_CAUSES.indexOf('ruin');

/**
 * One fill for each bar that changed the position, at the average price of the bar.
 *
 * A position that was opened and closed within one bar is not seen. Interest of a bar that left the account flat was paid before the
 * fill; that of any other is taken to have been paid after it.
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
    const interestBefore = after === 0 ? interest : 0;
    log.append({
      ...costs,
      bar,
      cause: isRuin ? RUIN : OPEN,
      quantity,
      mid,
      price: mid + (costs.spreadCost + costs.slippageCost) / quantity,
      venue: columns.venue[bar],
      interestBefore,
      quantityAfter: after,
      cashAfter: columns.cash[bar] + interest - interestBefore,
      writeOff: isRuin ? columns.cash[bar] + interest - cashBefore - before * mid : 0,
    });
  }
  return log;
}
