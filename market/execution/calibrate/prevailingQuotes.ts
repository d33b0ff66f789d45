/** The quote that stood at a moment, among recordings of ticks. */

import { halfSpreadBps } from './halfSpread.ts';
import type { QuoteStream } from './checkedQuotes.ts';

export interface Quote {
  readonly mid: number;
  readonly halfSpreadBps: number;
}

/** Asked at moments that mostly rise, which it answers without searching anew. */
export class PrevailingQuotes {
  readonly #streams: readonly QuoteStream[];
  /** (streams) index of the quote last found. */
  readonly #at: Int32Array;

  /** Bars of quotes are left out: between two of them nobody knows the mid. */
  constructor(streams: readonly QuoteStream[]) {
    this.#streams = streams.filter(({ source }) => source.kind === 'quoteTicks');
    this.#at = new Int32Array(this.#streams.length);
  }

  get isEmpty(): boolean {
    return this.#streams.length === 0;
  }

  /** The last quote before `timeMs`; of that very moment none, which may already show what happened in it. Null where none stood. */
  before(timeMs: number): Quote | null {
    let newest: Quote | null = null;
    let newestMs = -Infinity;
    this.#streams.forEach((stream, i) => {
      const at = this.#seek(i, timeMs);
      if (at < 0 || stream.timeMs[at] <= newestMs || timeMs - stream.timeMs[at] > stream.holdCapMs) return;
      newestMs = stream.timeMs[at];
      const [bid, ask] = [stream.bid[at], stream.ask[at]];
      newest = { mid: (bid + ask) / 2, halfSpreadBps: halfSpreadBps(bid, ask) };
    });
    return newest;
  }

  /** Index of the last quote before a moment; -1 where there is none. */
  #seek(stream: number, timeMs: number): number {
    const times = this.#streams[stream].timeMs;
    let at = this.#at[stream];
    if (at >= times.length || times[at] >= timeMs) at = 0;
    if (times[at] >= timeMs) return -1;
    while (at + 1 < times.length && times[at + 1] < timeMs) at += 1;
    this.#at[stream] = at;
    return at;
  }
}
