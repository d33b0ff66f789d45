/** What an agent sees of its own account. */

import { totalCost } from '../market/execution/costs.ts';
import type { Accounts } from './account.ts';

/** In this order; each lies in [-1, 1] but the first, which is clipped to +-4. */
export const STATE_COLUMNS = [
  /** Signed notional at the close / equity. */
  'positionWeight',
  /** Gain since the position was opened, as a fraction of the equity then; 10 % shows as one half, and 0 while flat. */
  'unrealizedReturn',
  /** equity / peak - 1; a tenth below the peak shows as minus one half. */
  'drawdown',
  /** Bars since the position was opened; 24 show as one half. */
  'barsInPosition',
  /** All costs of the last bar / equity; 10 bps show as one half. */
  'lastCost',
] as const;

/** Account numbers in one observation. */
export const STATE_SIZE = STATE_COLUMNS.length;

const MAX_SEEN_WEIGHT = 4;
const RETURN_SCALE = 10;
const BARS_SCALE = 24;
const COST_SCALE = 1000;

/** Writes the STATE_COLUMNS of account `i`, as of its last mark, to `out[offset ..]`. */
// A function of four arguments rather than a view object: it runs once per env and step.
export function writeAccountState(accounts: Accounts, i: number, out: Float32Array, offset: number): void {
  const equity = accounts.equity[i];
  const peak = accounts.peakEquity[i];
  const entry = accounts.entryEquity[i];
  const weight = (accounts.quantity[i] * accounts.mark[i]) / equity;
  const gain = RETURN_SCALE * (equity - entry);
  const loss = RETURN_SCALE * (peak - equity);
  const bars = accounts.barsInPosition[i];
  const costs = totalCost(accounts, i);
  out[offset] = weight > MAX_SEEN_WEIGHT ? MAX_SEEN_WEIGHT : weight < -MAX_SEEN_WEIGHT ? -MAX_SEEN_WEIGHT : weight;
  out[offset + 1] = gain / (entry + Math.abs(gain));
  out[offset + 2] = -loss / (peak + loss);
  out[offset + 3] = bars / (bars + BARS_SCALE);
  out[offset + 4] = (COST_SCALE * costs) / (equity + COST_SCALE * Math.abs(costs));
}
