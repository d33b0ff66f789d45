/** The quotes that features of microstructure look at, or the refusal of bars that have none. */

import { InputError } from '../../core/errors.ts';
import type { QuoteColumn, Quotes } from '../data/quotes.ts';

/**
 * A column of quotes of the bars at hand.
 *
 * @throws InputError where bars have no such column, as a feed may that knows prices only
 */
export function quoteColumn(bars: { readonly quotes?: Quotes }, column: QuoteColumn): Float64Array {
  const values = bars.quotes?.[column];
  if (values === undefined) refuseQuotes([column], [], 'bars');
  return values;
}

/** @throws InputError when bars lack some of the columns that a feature looks at */
export function checkQuotes(needed: readonly QuoteColumn[], there: readonly QuoteColumn[], where: string): void {
  const missing = needed.filter((column) => !there.includes(column));
  if (missing.length > 0) refuseQuotes(missing, there, where);
}

function refuseQuotes(missing: readonly QuoteColumn[], there: readonly QuoteColumn[], where: string): never {
  throw new InputError({
    what: `the bars have no ${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')}`,
    where,
    rule: `bars with the columns of quotes that the feature looks at; these have ${there.join(', ') || 'none'}`,
    hint: "name them under market.columns, or make such bars of quotes with 'regimen data resample'",
  });
}
