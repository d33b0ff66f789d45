/** What bars may know of quotes and of who traded: columns that are there or not, never zeros in place of the unknown. */

/**
 * - `bid`, `ask`: prices of the last quote in the bar.
 * - `spreadBps`: (ask - bid) / middle in basis points, the mean over the time of the bar.
 * - `imbalance`: (bid size - ask size) / (bid size + ask size) of the last quote, -1 to 1.
 * - `signedVolume`: base units bought by takers less those sold by them.
 */
export const QUOTE_COLUMNS = ['bid', 'ask', 'spreadBps', 'imbalance', 'signedVolume'] as const;

export type QuoteColumn = (typeof QUOTE_COLUMNS)[number];

/** Each as long as its bars. */
export type Quotes = Readonly<Partial<Record<QuoteColumn, Float64Array>>>;

/** Of one bar. */
export type BarQuotes = Readonly<Partial<Record<QuoteColumn, number>>>;

/** Those that there are, in one order. */
export const quoteColumnsOf = ({ quotes = {} }: { readonly quotes?: Quotes | BarQuotes }): QuoteColumn[] =>
  QUOTE_COLUMNS.filter((column) => quotes[column] !== undefined);

/** The same columns, each made anew; null where there are none. */
export function mapQuotes<To>(
  quotes: Quotes | undefined,
  make: (values: Float64Array, column: QuoteColumn) => To,
): Partial<Record<QuoteColumn, To>> | null {
  if (quotes === undefined) return null;
  const made: Partial<Record<QuoteColumn, To>> = {};
  for (const column of QUOTE_COLUMNS) {
    const values = quotes[column];
    if (values !== undefined) made[column] = make(values, column);
  }
  return made;
}

export interface BrokenQuoteRule {
  readonly column: QuoteColumn;
  readonly what: string;
  readonly rule: string;
  readonly value: number;
}

/** The first rule that the quotes of a bar break, or null. */
export function findBrokenQuoteRule(quotes: BarQuotes): BrokenQuoteRule | null {
  for (const column of quoteColumnsOf({ quotes })) {
    const value = quotes[column] ?? NaN;
    if (!Number.isFinite(value)) return { column, what: 'no number', rule: 'a finite number', value };
  }
  const { bid, ask, spreadBps = 0, imbalance = 0 } = quotes;
  for (const [column, value] of [
    ['bid', bid],
    ['ask', ask],
  ] as const) {
    if (value !== undefined && value <= 0) return { column, what: 'price is not positive', rule: '> 0', value };
  }
  if (bid !== undefined && ask !== undefined && ask < bid) {
    return { column: 'ask', what: 'ask is below bid', rule: `>= bid, ${bid}`, value: ask };
  }
  if (spreadBps < 0) return { column: 'spreadBps', what: 'spread is negative', rule: '>= 0', value: spreadBps };
  return Math.abs(imbalance) <= 1
    ? null
    : { column: 'imbalance', what: 'imbalance out of range', rule: '-1 to 1', value: imbalance };
}
