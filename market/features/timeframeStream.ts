/** Gathers bars into higher ones and holds a feature's values until the next of those closes. */

import { createBars, sliceBars, type Bars } from '../data/bars.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';

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
  /** Number of the higher bar that is being gathered since the epoch; NaN between two. */
  #frame = NaN;
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

  constructor(feature: Feature, frameMs: number, timeframeMs: number) {
    this.#inner = feature.createStream();
    this.#width = feature.columns.length;
    this.#warmupBars = feature.warmupBars;
    this.#values = new Float64Array(this.#width);
    this.#frameMs = frameMs;
    this.#timeframeMs = timeframeMs;
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    this.#reserve(2 * chunk.length);
    this.#gather(chunk);
    this.#computeClosed();
    for (let row = 0, next = 0; row < chunk.length; row++) {
      for (; next < this.#count && this.#rows[next] === row; next++) this.#take(next);
      for (let column = 0; column < this.#width; column++) out[offset + row * stride + column] = this.#values[column];
    }
  }

  #gather(chunk: BarChunk): void {
    const { length, openTimeMs, open, high, low, close, volume } = chunk;
    const bar = this.#bar;
    this.#count = 0;
    for (let row = 0; row < length; row++) {
      const frame = Math.floor(openTimeMs[row] / this.#frameMs);
      if (frame !== this.#frame) {
        if (this.#frame === this.#frame) this.#close(row);
        const startMs = frame * this.#frameMs;
        this.#isCut = this.#isNew && openTimeMs[row] - startMs >= this.#timeframeMs;
        this.#isNew = false;
        this.#frame = frame;
        bar.openTimeMs[0] = startMs;
        bar.open[0] = open[row];
        bar.high[0] = high[row];
        bar.low[0] = low[row];
        bar.volume[0] = 0;
      }
      if (high[row] > bar.high[0]) bar.high[0] = high[row];
      if (low[row] < bar.low[0]) bar.low[0] = low[row];
      bar.close[0] = close[row];
      bar.volume[0] += volume[row];
      if (openTimeMs[row] + this.#timeframeMs >= (frame + 1) * this.#frameMs) this.#close(row);
    }
  }

  /** The bar at hand is known from `row` of the chunk on. */
  #close(row: number): void {
    this.#frame = NaN;
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
    this.#logClose[at] = Math.log(bar.close[0]);
    this.#rows[at] = row;
  }

  #computeClosed(): void {
    const length = this.#count;
    if (length === 0) return;
    const chunk: BarChunk = { ...sliceBars(this.#closed, 0, length), length, logClose: this.#logClose };
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
