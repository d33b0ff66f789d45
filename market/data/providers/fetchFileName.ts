/** The file that a download is written to where none is named. */

import type { PartIdentity } from './partFile.ts';

export type FetchedFile = Pick<PartIdentity, 'symbol' | 'timeframe' | 'fromMs' | 'toMs'> & {
  readonly providers: readonly string[];
};

/** Such as `btcusdt-1m-binance-20240308-20240322T0930.csv.gz`: another range is another file. A month is `1mo`. */
export function fetchFileName({ symbol, timeframe, providers, fromMs, toMs }: FetchedFile): string {
  const pair = symbol.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const bar = timeframe.replace(/M$/, 'mo');
  return `${[pair, bar, ...providers, compactTime(fromMs), compactTime(toMs)].join('-')}.csv.gz`;
}

const compactTime = (timeMs: number): string =>
  new Date(timeMs)
    .toISOString()
    .slice(0, 19)
    .replaceAll(/[-:]/g, '')
    .replace(/00$/, '')
    .replace(/T0000$/, '');
