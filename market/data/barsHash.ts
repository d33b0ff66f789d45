/** What makes two data sets the same: their bars, not the file they came in. */

import { digest } from '../../core/hash.ts';
import { BAR_COLUMNS, type Bars } from './bars.ts';
import { QUOTE_COLUMNS, type Quotes } from './quotes.ts';

/** SHA-256 in hex of all columns; quotes and companions count, each under its name, where there are any. */
export const hashBars = (bars: Bars): string =>
  digest(
    ...BAR_COLUMNS.map((column) => bars[column]),
    ...quoteParts(bars.quotes ?? {}),
    ...(bars.companions ?? []).flatMap(({ name, timeframeMs, bars: own, known, before }) => [
      `companion ${name} ${timeframeMs} `,
      hashBars(own),
      known.map((count) => count - before),
    ]),
  );

/** What the columns of quotes add to a hash. */
export const quoteParts = (quotes: Quotes): (string | Float64Array)[] =>
  QUOTE_COLUMNS.flatMap((column) => {
    const values = quotes[column];
    return values === undefined ? [] : [column, values];
  });
