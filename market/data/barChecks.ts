/** The rules that a bar must keep, and the refusal that names the one it broke. */

import type { Bar } from './bar.ts';
import type { FileColumn } from './csvHeader.ts';
import { findBrokenQuoteRule } from './quotes.ts';

export interface BrokenRule {
  readonly column: FileColumn;
  readonly what: string;
  readonly rule: string;
  readonly value: number;
}

/**
 * The first rule that a bar breaks, or null.
 *
 * Strict: no tolerance for rounding. Prices copied from one source keep these rules exactly, so a bar that
 * breaks one was put together wrongly.
 *
 * @param previousTimeMs open time of the bar before, -Infinity for the first
 */
export function findBrokenRule(bar: Bar, previousTimeMs: number): BrokenRule | null {
  const { openTimeMs, open, high, low, close, volume } = bar;
  if (!(openTimeMs > previousTimeMs)) {
    const what = openTimeMs === previousTimeMs ? 'duplicate timestamp' : 'timestamp out of order';
    const rule = `after the bar before, ${new Date(previousTimeMs).toISOString()}`;
    return { column: 'openTimeMs', what, rule, value: openTimeMs };
  }
  for (const column of ['open', 'high', 'low', 'close'] as const) {
    if (!(bar[column] > 0)) return { column, what: 'price is not positive', rule: '> 0', value: bar[column] };
  }
  if (high < low) return { column: 'high', what: 'high is below low', rule: `>= low, ${low}`, value: high };
  for (const [column, price] of [
    ['open', open],
    ['close', close],
  ] as const) {
    if (price > high) return { column, what: `${column} is above high`, rule: `<= high, ${high}`, value: price };
    if (price < low) return { column, what: `${column} is below low`, rule: `>= low, ${low}`, value: price };
  }
  if (!(volume >= 0)) return { column: 'volume', what: 'volume is negative', rule: '>= 0', value: volume };
  return bar.quotes === undefined ? null : findBrokenQuoteRule(bar.quotes);
}
