/** Gathers bars into higher ones and holds a feature's values until the next of those closes. */

import { createBars, sliceBars, type Bars } from '../data/bars.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { HigherQuotes } from './higherQuotes.ts';
import { takeLogs } from './naturalLog.ts';

export class TimeframeStream implements FeatureStream {
  readonly #inner: FeatureStream;
  readonly #width: number;
  readonly #frameMs: number;
  readonly #timeframeMs: number;
  /** Closed higher bars before the feature has a value, and how many have closed. */
  readonly #warmupBars: number;
  #closedBars = 0;
  /** (width) as of the last closed bar. */
  readonly #values: Float64Array;
  /** A higher bar is being gathered, and ends at `endMs`. */
  #isOpen = false;
  #endMs = 0;
  /** Nothing was fed so far. */
  #isNew = true;
  /** The bar at hand lacks its beginning, because history starts inside it. */
  #isCut = false;
  /** One row: the bar at hand. */
  readonly #bar = createBars(1);
  /** Bars that closed in the chunk at hand, the row at which each did, and their features. */
  #closed: Bars = createBars(0);
  #logClose = new Float64Array(0);
  #rows = new Int32Array(0);
  #features = new Float64Array(0);
  #count = 0;
  /** Null where the feature looks at none. */
  readonly #quotes: HigherQuotes | null;

  constructor(feature: Feature, frameMs: number, timeframeMs: number) {
    this.#inner = feature.createStream();
    this.#width = feature.columns.length;
    this.#warmupBars = feature.warmupBars;
    this.#values = new Float64Array(this.#width);
    this.#frameMs = frameMs;
    this.#timeframeMs = timeframeMs;
    this.#quotes = feature.quotes === undefined ? null : new HigherQuotes(feature.quotes, frameMs);
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    this.#reserve(2 * chunk.length);
    this.#gather(chunk);
    this.#computeClosed(chunk);
    for (let row = 0, next = 0; row < chunk.length; row++) {
      for (; next < this.#count && this.#rows[next] === row; next++) this.#take(next);
      for (let column = 0; column < this.#width; column++) out[offset + row * stride + column] = this.#values[column];
    }
  }

  #gather({ length, openTimeMs, open, high, low, close, volume }: BarChunk): void {
    const bar = this.#bar;
    const timeframeMs = this.#timeframeMs;
    let [top, bottom, traded] = [bar.high[0], bar.low[0], bar.volume[0]];
    this.#count = 0;
    for (let row = 0; row < length; row++) {
      const timeMs = openTimeMs[row];
      if (timeMs >= this.#endMs || !this.#isOpen) {
        if (this.#isOpen) {
          [bar.high[0], bar.low[0], bar.volume[0]] = [top, bottom, traded];
          this.#close(row);
        }
        this.#open(timeMs, open[row]);
        [top, bottom, traded] = [high[row], low[row], 0];
      }
      if (high[row] > top) top = high[row];
      if (low[row] < bottom) bottom = low[row];
      traded += volume[row];
      bar.close[0] = close[row];
      if (timeMs + timeframeMs >= this.#endMs) {
        [bar.high[0], bar.low[0], bar.volume[0]] = [top, bottom, traded];
        this.#close(row);
      }
    }
    [bar.high[0], bar.low[0], bar.volume[0]] = [top, bottom, traded];
  }

  #open(timeMs: number, open: number): void {
    const startMs = Math.floor(timeMs / this.#frameMs) * this.#frameMs;
    this.#isCut = this.#isNew && timeMs - startMs >= this.#timeframeMs;
    this.#isNew = false;
    this.#isOpen = true;
    this.#endMs = startMs + this.#frameMs;
    this.#bar.openTimeMs[0] = startMs;
    this.#bar.open[0] = open;
  }

  /** The bar at hand is known from `row` of the chunk on. */
  #close(row: number): void {
    this.#isOpen = false;
    if (this.#isCut) return;
    const at = this.#count++;
    const closed = this.#closed;
    const bar = this.#bar;
    closed.openTimeMs[at] = bar.openTimeMs[0];
    closed.open[at] = bar.open[0];
    closed.high[at] = bar.high[0];
    closed.low[at] = bar.low[0];
    closed.close[at] = bar.close[0];
    closed.volume[at] = bar.volume[0];
    this.#rows[at] = row;
  }

  #computeClosed(source: BarChunk): void {
    const length = this.#count;
    const quotes = this.#quotes?.gather(source, this.#closed, length);
    if (length === 0) return;
    takeLogs(this.#closed.close, length, this.#logClose);
    const bars = sliceBars(this.#closed, 0, length);
    const chunk: BarChunk = { ...bars, length, logClose: this.#logClose, ...(quotes !== undefined && { quotes }) };
    this.#inner.advance(chunk, this.#features, 0, this.#width);
  }

  #take(index: number): void {
    if (this.#closedBars++ < this.#warmupBars) return;
    for (let column = 0; column < this.#width; column++) {
      this.#values[column] = this.#features[index * this.#width + column];
    }
  }

  #reserve(bars: number): void {
    if (this.#rows.length >= bars) return;
    this.#closed = createBars(bars);
    this.#logClose = new Float64Array(bars);
    this.#rows = new Int32Array(bars);
    this.#features = new Float64Array(bars * this.#width);
  }
}
