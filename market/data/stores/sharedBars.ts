/** Bars in shared memory: posted to a worker thread, they are seen there without a copy. */

import { BAR_COLUMNS, copyBars, numBars, type Bars } from '../bars.ts';
import { mapQuotes } from '../quotes.ts';

/** Columns one after another in one SharedArrayBuffer, zero throughout. */
export function createSharedBars(length: number): Bars {
  const bytes = length * Float64Array.BYTES_PER_ELEMENT;
  const buffer = new SharedArrayBuffer(BAR_COLUMNS.length * bytes);
  const [openTimeMs, open, high, low, close, volume] = BAR_COLUMNS.map(
    (_, i) => new Float64Array(buffer, i * bytes, length),
  );
  return { openTimeMs, open, high, low, close, volume };
}

/** The same bars in shared memory; those that already are there are not copied. */
export function shareBars(bars: Bars): Bars {
  if (BAR_COLUMNS.every((column) => bars[column].buffer instanceof SharedArrayBuffer)) return bars;
  const shared = createSharedBars(numBars(bars));
  copyBars(bars, shared, 0);
  const quotes = mapQuotes(bars.quotes, (values) => {
    const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
    copy.set(values);
    return copy;
  });
  return quotes === null ? shared : { ...shared, quotes };
}
