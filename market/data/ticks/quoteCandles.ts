/** Bars of quotes (open, high, low and close of bid and ask) as bars of middles with quotes. */

import { InputError } from '../../../core/errors.ts';
import { BPS } from '../../../core/units.ts';
import { BarColumns } from '../barColumns.ts';
import type { Bars } from '../bars.ts';
import { imbalanceOf, type CrossedPolicy } from './quoteAggregator.ts';

export interface CandleOptions {
  readonly file: string;
  readonly crossed: CrossedPolicy;
  readonly hasSizes: boolean;
  /** The number of a named column in the row at hand. */
  readonly read: (name: string) => number;
}

/** The mean of its first and its last spread is taken for that of a bar: no file says what was between. */
export class QuoteCandles {
  readonly #options: CandleOptions;
  readonly #rows: BarColumns;
  droppedCrossed = 0;
  quotes = 0;

  constructor(options: CandleOptions) {
    this.#options = options;
    const sizes = options.hasSizes ? (['imbalance'] as const) : [];
    this.#rows = new BarColumns({ file: options.file, names: {}, quotes: ['bid', 'ask', 'spreadBps', ...sizes] });
  }

  /** Takes the row at hand. @throws InputError when it breaks a rule, or is crossed where that is refused */
  push(line: number): void {
    const { read, crossed, file } = this.#options;
    this.quotes += 1;
    const [bidOpen, askOpen, bid, ask] = [read('bidOpen'), read('askOpen'), read('bidClose'), read('askClose')];
    if (askOpen < bidOpen || ask < bid) {
      this.droppedCrossed += 1;
      if (crossed === 'drop') return;
      throw new InputError({
        what: 'ask is below bid',
        where: `${file}:${line}`,
        value: { bidOpen, askOpen, bidClose: bid, askClose: ask },
        hint: 'leave such rows out and count them with --crossed drop',
      });
    }
    const { bars, length: at } = this.#rows;
    const { quotes = {} } = bars;
    bars.openTimeMs[at] = read('timeMs');
    bars.open[at] = (bidOpen + askOpen) / 2;
    bars.high[at] = (read('bidHigh') + read('askHigh')) / 2;
    bars.low[at] = (read('bidLow') + read('askLow')) / 2;
    bars.close[at] = (bid + ask) / 2;
    if (quotes.bid !== undefined) quotes.bid[at] = bid;
    if (quotes.ask !== undefined) quotes.ask[at] = ask;
    const first = (askOpen - bidOpen) / bars.open[at];
    if (quotes.spreadBps !== undefined) quotes.spreadBps[at] = (first + (ask - bid) / bars.close[at]) / 2 / BPS;
    const sizes = { bid: read('bidSize'), ask: read('askSize') };
    if (quotes.imbalance !== undefined) quotes.imbalance[at] = imbalanceOf(sizes);
    this.#rows.commit(line);
  }

  finish(): Bars {
    return this.#rows.finish();
  }
}
