/** Bars of middles out of quotes, with what the quotes were. */

import { InputError } from '../../../core/errors.ts';
import { BPS } from '../../../core/units.ts';
import { BarColumns } from '../barColumns.ts';
import type { Bars } from '../bars.ts';
import type { QuoteColumn } from '../quotes.ts';
import { Stretches, type Coverage, type StretchOptions } from './stretches.ts';

/** What to do with a quote whose ask is below its bid. */
export const CROSSED_POLICIES = ['refuse', 'drop'] as const;
export type CrossedPolicy = (typeof CROSSED_POLICIES)[number];

export interface Quote {
  readonly timeMs: number;
  readonly bid: number;
  readonly ask: number;
  /** Null where the recording has no sizes. */
  readonly sizes: { readonly bid: number; readonly ask: number } | null;
}

export interface QuoteOptions extends StretchOptions {
  readonly crossed: CrossedPolicy;
  readonly hasSizes: boolean;
}

/**
 * Open, high, low and close of the middles quoted in a stretch; its volume is the number of quotes.
 *
 * A quote stands until the next one. The spread is the mean over the time of a stretch, that of the quote before it
 * included where the stretch before it had quotes too: nobody knows how long one stood over a weekend.
 */
export class QuoteAggregator {
  readonly #options: QuoteOptions;
  readonly #stretches: Stretches;
  readonly #rows: BarColumns;
  #last: Quote | null = null;
  #lastSpread = 0;
  #weighedMs = 0;
  #weight = 0;
  #spread = 0;
  #count = 0;
  readonly #ohlc = new Float64Array(4);
  quotes = 0;
  droppedCrossed = 0;

  constructor(options: QuoteOptions) {
    this.#options = options;
    this.#stretches = new Stretches(options);
    const columns: QuoteColumn[] = ['bid', 'ask', 'spreadBps', ...(options.hasSizes ? ['imbalance' as const] : [])];
    this.#rows = new BarColumns({ file: options.file, names: {}, quotes: columns });
  }

  /** @throws InputError for quotes out of order, without a price, or crossed where that is refused */
  push(quote: Quote, line: number): void {
    this.quotes += 1;
    if (!this.#isSound(quote, line)) return;
    const { ended, current } = this.#stretches.step(quote.timeMs, line);
    if (ended !== null) {
      this.#weigh(ended.closeMs);
      if (ended.isWhole) this.#write(ended.openMs, line);
    }
    if (ended !== null || this.#last === null) {
      const isNext = ended?.closeMs === current.openMs;
      this.#weighedMs = isNext ? current.openMs : quote.timeMs;
      this.#weight = this.#spread = this.#count = 0;
    }
    this.#weigh(quote.timeMs);
    this.#take(quote);
  }

  finish(): { readonly bars: Bars; readonly coverage: Coverage } {
    return { bars: this.#rows.finish(), coverage: this.#stretches.coverage };
  }

  #isSound({ bid, ask, sizes }: Quote, line: number): boolean {
    const where = `${this.#options.file}:${line}`;
    if (!(bid > 0 && ask > 0)) throw new InputError({ what: 'price is not positive', where, value: { bid, ask } });
    if (sizes !== null && !(sizes.bid >= 0 && sizes.ask >= 0)) {
      throw new InputError({ what: 'size is negative', where, value: sizes });
    }
    if (ask >= bid) return true;
    this.droppedCrossed += 1;
    if (this.#options.crossed === 'drop') return false;
    throw new InputError({
      what: 'ask is below bid',
      where,
      value: { bid, ask },
      hint: 'leave such quotes out and count them with --crossed drop',
    });
  }

  /** The last quote has stood until now. */
  #weigh(timeMs: number): void {
    if (this.#last === null) return;
    const stoodMs = timeMs - this.#weighedMs;
    this.#spread += this.#lastSpread * stoodMs;
    this.#weight += stoodMs;
    this.#weighedMs = timeMs;
  }

  #take(quote: Quote): void {
    const middle = (quote.bid + quote.ask) / 2;
    const ohlc = this.#ohlc;
    if (this.#count === 0) ohlc.fill(middle);
    ohlc[1] = Math.max(ohlc[1], middle);
    ohlc[2] = Math.min(ohlc[2], middle);
    ohlc[3] = middle;
    this.#count += 1;
    this.#last = quote;
    this.#lastSpread = (quote.ask - quote.bid) / middle / BPS;
  }

  #write(openMs: number, line: number): void {
    const { bars, length: at } = this.#rows;
    const { quotes = {} } = bars;
    const [last, ohlc] = [this.#last, this.#ohlc];
    if (last === null) return;
    bars.openTimeMs[at] = openMs;
    [bars.open[at], bars.high[at], bars.low[at], bars.close[at]] = ohlc;
    bars.volume[at] = this.#count;
    if (quotes.bid !== undefined) quotes.bid[at] = last.bid;
    if (quotes.ask !== undefined) quotes.ask[at] = last.ask;
    if (quotes.spreadBps !== undefined) quotes.spreadBps[at] = this.#spread / this.#weight;
    if (quotes.imbalance !== undefined && last.sizes !== null) quotes.imbalance[at] = imbalanceOf(last.sizes);
    this.#rows.commit(line);
  }
}

/** -1 to 1; 0 where nothing is offered on either side. */
export const imbalanceOf = ({ bid, ask }: { readonly bid: number; readonly ask: number }): number =>
  bid + ask > 0 ? (bid - ask) / (bid + ask) : 0;
