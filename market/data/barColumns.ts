/** Bars that grow row by row, each checked as it comes. */

import { InputError } from '../../core/errors.ts';
import { copyBars, createBars, numBars, sliceBars, type Bars } from './bars.ts';
import { barAt } from './bar.ts';
import { findBrokenRule, type BrokenRule } from './barChecks.ts';
import type { FileColumn } from './csvHeader.ts';
import { quoteColumnsOf, type QuoteColumn } from './quotes.ts';

const FIRST_CAPACITY = 4096;

/** Where rows come from: what a refusal needs to name. */
export interface RowSource {
  readonly file: string;
  /** Header name of each column, for messages. */
  readonly names: Readonly<Partial<Record<FileColumn, string>>>;
  /** Columns of quotes that they have. */
  readonly quotes?: readonly QuoteColumn[];
}

/** Write the next bar into row `length` of `bars`, then `commit` it. */
export class BarColumns {
  readonly #source: RowSource;
  #bars: Bars;
  #length = 0;
  #previousTimeMs = -Infinity;

  constructor(source: RowSource) {
    this.#source = source;
    this.#bars = createBars(FIRST_CAPACITY, source.quotes);
  }

  /** Row to write next; there is room for it. */
  get length(): number {
    return this.#length;
  }

  /** Replaced when it grows: ask again after each commit. */
  get bars(): Bars {
    return this.#bars;
  }

  /** @throws InputError when the bar in row `length` breaks a rule; `line` is its line in the file */
  commit(line: number): void {
    const bar = barAt(this.#bars, this.#length);
    const broken = findBrokenRule(bar, this.#previousTimeMs);
    if (broken !== null) this.#refuse(broken, line);
    this.#previousTimeMs = bar.openTimeMs;
    if (++this.#length === numBars(this.#bars)) this.#grow();
  }

  /** The bars so far, as views without the spare room. */
  finish(): Bars {
    return sliceBars(this.#bars, 0, this.#length);
  }

  #refuse({ column, what, rule, value }: BrokenRule, line: number): never {
    throw new InputError({
      what,
      where: `${this.#source.file}:${line} column '${this.#source.names[column] ?? column}'`,
      rule,
      value: column === 'openTimeMs' ? new Date(value).toISOString() : value,
    });
  }

  #grow(): void {
    const grown = createBars(this.#length * 2, quoteColumnsOf(this.#bars));
    copyBars(this.#bars, grown, 0);
    this.#bars = grown;
  }
}
