/** Bars of prices out of trades. */

import { InputError } from '../../../core/errors.ts';
import { BarColumns } from '../barColumns.ts';
import type { Bars } from '../bars.ts';
import { Stretches, type Coverage, type StretchOptions } from './stretches.ts';

export interface Trade {
  readonly timeMs: number;
  readonly price: number;
  /** Base units. */
  readonly quantity: number;
  /** 1 where the taker bought, -1 where it sold; null where the recording does not say. */
  readonly side: number | null;
}

export interface TradeOptions extends StretchOptions {
  readonly hasSides: boolean;
}

/** Open, high, low and close of trades, their volume, and what takers bought less what they sold. */
export class TradeAggregator {
  readonly #options: TradeOptions;
  readonly #stretches: Stretches;
  readonly #rows: BarColumns;
  readonly #ohlc = new Float64Array(4);
  #count = 0;
  #volume = 0;
  #signed = 0;
  trades = 0;

  constructor(options: TradeOptions) {
    this.#options = options;
    this.#stretches = new Stretches(options);
    this.#rows = new BarColumns({ file: options.file, names: {}, quotes: options.hasSides ? ['signedVolume'] : [] });
  }

  /** @throws InputError for trades out of order, without a price or of a negative quantity */
  push({ timeMs, price, quantity, side }: Trade, line: number): void {
    this.trades += 1;
    if (!(price > 0 && quantity >= 0)) {
      const where = `${this.#options.file}:${line}`;
      throw new InputError({ what: 'no trade', where, rule: 'price > 0, quantity >= 0', value: { price, quantity } });
    }
    const { ended } = this.#stretches.step(timeMs, line);
    if (ended !== null) {
      if (ended.isWhole) this.#write(ended.openMs, line);
      this.#count = this.#volume = this.#signed = 0;
    }
    const ohlc = this.#ohlc;
    if (this.#count === 0) ohlc.fill(price);
    ohlc[1] = Math.max(ohlc[1], price);
    ohlc[2] = Math.min(ohlc[2], price);
    ohlc[3] = price;
    this.#count += 1;
    this.#volume += quantity;
    this.#signed += quantity * (side ?? 0);
  }

  finish(): { readonly bars: Bars; readonly coverage: Coverage } {
    return { bars: this.#rows.finish(), coverage: this.#stretches.coverage };
  }

  #write(openMs: number, line: number): void {
    const { bars, length: at } = this.#rows;
    bars.openTimeMs[at] = openMs;
    [bars.open[at], bars.high[at], bars.low[at], bars.close[at]] = this.#ohlc;
    bars.volume[at] = this.#volume;
    const signed = bars.quotes?.signedVolume;
    if (signed !== undefined) signed[at] = this.#signed;
    this.#rows.commit(line);
  }
}
