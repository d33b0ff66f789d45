/** Consecutive bars of one path on their way through its features. */

import type { Bars } from '../data/bars.ts';
import type { Companion } from '../data/companion.ts';
import type { Quotes } from '../data/quotes.ts';
import type { BarChunk } from './feature.ts';
import { takeLogs } from './naturalLog.ts';

/** Its logarithms are taken when the first feature asks for them. */
export class Chunk implements BarChunk {
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly quotes?: Quotes;
  readonly companions?: readonly Companion[];
  readonly length: number;
  readonly #logClose: Float64Array;
  #isTaken = false;

  /** @param logClose room for the logarithms */
  constructor(bars: Bars, length: number, logClose: Float64Array) {
    this.openTimeMs = bars.openTimeMs;
    this.open = bars.open;
    this.high = bars.high;
    this.low = bars.low;
    this.close = bars.close;
    this.volume = bars.volume;
    if (bars.quotes !== undefined) this.quotes = bars.quotes;
    if (bars.companions !== undefined) this.companions = bars.companions;
    this.length = length;
    this.#logClose = logClose;
  }

  get logClose(): Float64Array {
    if (!this.#isTaken) takeLogs(this.close, this.length, this.#logClose);
    this.#isTaken = true;
    return this.#logClose;
  }
}
