/** The quotes of higher bars that are being gathered: of quotes the last, of spreads the mean, of signed volumes the sum. */

import type { Bars } from '../data/bars.ts';
import type { QuoteColumn, Quotes } from '../data/quotes.ts';
import type { BarChunk } from './feature.ts';
import { quoteColumn } from './quoteInput.ts';

export class HigherQuotes {
  readonly #columns: readonly QuoteColumn[];
  readonly #frameMs: number;
  /** (columns) of the higher bar at hand: last value, sum, and how many bars it has so far. */
  readonly #last: Float64Array;
  readonly #sum: Float64Array;
  #count = 0;
  #startMs = NaN;

  /** @param columns that are wanted */
  constructor(columns: readonly QuoteColumn[], frameMs: number) {
    this.#columns = columns;
    this.#frameMs = frameMs;
    this.#last = new Float64Array(columns.length);
    this.#sum = new Float64Array(columns.length);
  }

  /**
   * Takes a chunk in.
   *
   * @param closed its first `count` rows are the higher bars that close in the chunk
   * @returns (count) their quotes
   */
  gather(chunk: BarChunk, closed: Bars, count: number): Quotes {
    const sources = this.#columns.map((column) => quoteColumn(chunk, column));
    const made = this.#columns.map(() => new Float64Array(count));
    let next = 0;
    const finish = () => {
      for (; next < count && closed.openTimeMs[next] === this.#startMs; next++) {
        made.forEach((values, i) => (values[next] = this.#valueOf(i)));
      }
    };
    for (let row = 0; row < chunk.length; row++) {
      const startMs = Math.floor(chunk.openTimeMs[row] / this.#frameMs) * this.#frameMs;
      if (startMs !== this.#startMs) {
        finish();
        this.#startMs = startMs;
        this.#count = 0;
        this.#sum.fill(0);
      }
      this.#count += 1;
      for (let i = 0; i < sources.length; i++) {
        this.#last[i] = sources[i][row];
        this.#sum[i] += sources[i][row];
      }
    }
    finish();
    return Object.fromEntries(this.#columns.map((column, i) => [column, made[i]]));
  }

  #valueOf(index: number): number {
    const column = this.#columns[index];
    if (column === 'spreadBps') return this.#sum[index] / this.#count;
    return column === 'signedVolume' ? this.#sum[index] : this.#last[index];
  }
}
