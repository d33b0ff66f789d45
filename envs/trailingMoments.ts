/** Mean and volatility of past returns, for sizing: one stream of closes, in training, backtest and live alike. */

import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import type { Bars } from '../market/data/bars.ts';
import type { Path } from '../market/worlds.ts';
import type { ReturnMoments } from './sizing.ts';

/** Fewer returns than this say nothing about their spread. */
const MIN_RETURNS = 8;

/**
 * Exponentially weighted moments of one-bar log returns, the weights of a short past summing to one as those of a long one.
 *
 * Update by West 1979, "Updating mean and variance estimates: an improved method", with weights that decay.
 */
export class TrailingMoments implements ReturnMoments, Resumable {
  readonly #decay: number;
  #logClose = NaN;
  #count = 0;
  #weight = 0;
  #mean = 0;
  #squares = 0;

  constructor(spanBars: number) {
    this.#decay = 1 - 2 / (spanBars + 1);
  }

  get mean(): number {
    return this.#count < MIN_RETURNS ? NaN : this.#mean;
  }

  get volatility(): number {
    return this.#count < MIN_RETURNS ? NaN : Math.sqrt(this.#squares / this.#weight);
  }

  push(close: number): void {
    const logClose = Math.log(close);
    const change = logClose - this.#logClose;
    this.#logClose = logClose;
    if (Number.isNaN(change)) return;
    this.#count += 1;
    this.#weight = this.#decay * this.#weight + 1;
    const distance = change - this.#mean;
    this.#mean += distance / this.#weight;
    this.#squares = this.#decay * this.#squares + distance * (change - this.#mean);
  }

  save(): Saved {
    return Float64Array.of(this.#logClose, this.#count, this.#weight, this.#mean, this.#squares);
  }

  restore(saved: Saved): void {
    const state = new Float64Array(5);
    new SavedReader({ state: saved }, 'trailing moments').into('state', state);
    [this.#logClose, this.#count, this.#weight, this.#mean, this.#squares] = state;
  }
}

/** A row holds the moments through the bar before it: what is known when the bar of the row opens. */
export interface MomentColumns {
  readonly mean: Float64Array;
  readonly volatility: Float64Array;
}

/** Each path starts anew: nothing of one reaches into another. */
export function trailingColumns(
  { bars: { close }, paths }: { readonly bars: Pick<Bars, 'close'>; readonly paths: readonly Path[] },
  spanBars: number,
): MomentColumns {
  const mean = new Float64Array(close.length).fill(NaN);
  const volatility = new Float64Array(close.length).fill(NaN);
  for (const { from, to } of paths) {
    const moments = new TrailingMoments(spanBars);
    for (let row = from; row < to; row++) {
      mean[row] = moments.mean;
      volatility[row] = moments.volatility;
      moments.push(close[row]);
    }
  }
  return { mean, volatility };
}
