/** Bars as a CSV file that {@link importBars} reads back bit for bit. */

import { gzipSync } from 'node:zlib';
import { writeFileAtomic } from '../../core/storage/atomicFile.ts';
import { numBars, type Bars } from './bars.ts';
import { QUOTE_COLUMNS } from './quotes.ts';

/** Header of exported files; times are UTC epoch milliseconds. */
const HEADER = 'timestamp,open,high,low,close,volume';

/** Writes the file whole or not at all; zipped where the name ends in `.gz`. */
export function exportBars(path: string, bars: Bars): void {
  const { openTimeMs, open, high, low, close, volume, quotes = {} } = bars;
  const more = QUOTE_COLUMNS.flatMap((name) => (quotes[name] === undefined ? [] : [{ name, values: quotes[name] }]));
  const lines = [[HEADER, ...more.map(({ name }) => name)].join()];
  for (let row = 0; row < numBars(bars); row++) {
    const line = `${openTimeMs[row]},${open[row]},${high[row]},${low[row]},${close[row]},${volume[row]}`;
    lines.push(more.length === 0 ? line : [line, ...more.map(({ values }) => values[row])].join());
  }
  const text = `${lines.join('\n')}\n`;
  writeFileAtomic(path, path.endsWith('.gz') ? gzipSync(text) : text);
}
