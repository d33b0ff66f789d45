/** Work on whole series, whatever keeps them. */

import { createHash } from 'node:crypto';
import { digest } from '../../../core/hash.ts';
import { InputError } from '../../../core/errors.ts';
import { BAR_COLUMNS, createBars, numBars, type Bars } from '../bars.ts';
import { checkBars } from '../parquetBars.ts';
import { ALL_TIME, type BarSource, type Series, type TimeRange } from './barStore.ts';
import { createSharedBars } from './sharedBars.ts';
import { labelTimeframe } from './timeframeLabel.ts';

export const describeSeries = ({ instrument, timeframeMs }: Series): string =>
  `${instrument} ${labelTimeframe(timeframeMs)}`;

/** What a stretch of a series is: equal bars have equal digests, however a store cuts them into chunks. */
export interface SeriesDigest {
  readonly bars: number;
  /** SHA-256 over the SHA-256 of each column; not the hash of a file's bars, which needs them all at once. */
  readonly hash: string;
}

/** Reads the stretch once, chunk by chunk. */
export async function digestSeries(source: BarSource, series: Series, range = ALL_TIME): Promise<SeriesDigest> {
  const hashes = BAR_COLUMNS.map(() => createHash('sha256'));
  let bars = 0;
  for await (const chunk of source.read(series, range)) {
    bars += numBars(chunk);
    BAR_COLUMNS.forEach((name, i) => {
      const { buffer, byteOffset, byteLength } = chunk[name];
      hashes[i].update(new Uint8Array(buffer, byteOffset, byteLength));
    });
  }
  return { bars, hash: digest(...hashes.map((hash) => hash.digest('hex'))) };
}

export interface LoadOptions {
  readonly range?: TimeRange;
  /** `shared` columns lie in memory that worker threads see without a copy. */
  readonly memory?: 'own' | 'shared';
}

/** A stretch of a series in one set of columns; a whole series is read into its place without a second copy. */
export async function loadBars(source: BarSource, series: Series, options: LoadOptions = {}): Promise<Bars> {
  const create = options.memory === 'shared' ? createSharedBars : createBars;
  if (options.range !== undefined) {
    const chunks: Bars[] = [];
    for await (const chunk of source.read(series, options.range)) chunks.push(chunk);
    const bars = create(chunks.reduce((sum, chunk) => sum + numBars(chunk), 0));
    let at = 0;
    for (const chunk of chunks) at = copyBars(chunk, bars, at);
    return bars;
  }
  const span = await source.span(series);
  const bars = create(span?.bars ?? 0);
  if (span === null) return bars;
  let at = 0;
  // Bars that a writer adds meanwhile are left out.
  const range = { fromMs: span.firstMs, toMs: span.lastMs + 1 };
  for await (const chunk of source.read(series, range)) at = copyBars(chunk, bars, at);
  return bars;
}

function copyBars(from: Bars, to: Bars, at: number): number {
  for (const column of BAR_COLUMNS) to[column].set(from[column], at);
  return at + numBars(from);
}

/**
 * What every store checks before it adds bars.
 *
 * @param lastMs open time of the last bar that is stored, -Infinity where there is none
 * @throws InputError
 */
export function checkAppend(series: Series, bars: Bars, lastMs: number): void {
  const label = describeSeries(series);
  if (bars.quotes !== undefined || bars.companions !== undefined) {
    throw new InputError({
      what: 'bars with quotes',
      where: label,
      rule: 'a store keeps time, open, high, low, close and volume',
      hint: 'keep bars with quotes in a file of their own',
    });
  }
  checkBars(bars, (column, row) => `${label}: bar ${row + 1} of ${numBars(bars)}, column '${column}'`);
  const fraction = bars.openTimeMs.find((time) => !Number.isSafeInteger(time));
  if (fraction !== undefined) {
    throw new InputError({ what: 'not a whole millisecond', where: `${label}: openTimeMs`, value: fraction });
  }
  if (numBars(bars) === 0 || bars.openTimeMs[0] > lastMs) return;
  throw new InputError({
    what: 'opens before the end of what is stored',
    where: label,
    rule: `after ${new Date(lastMs).toISOString()}`,
    value: new Date(bars.openTimeMs[0]).toISOString(),
  });
}
