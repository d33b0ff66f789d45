/** Quotes that passed the rules of a sound recording, with a count of those that did not. */

import { InputError } from '../../../core/errors.ts';
import type { TableSource } from '../table.ts';
import type { Recording } from './numericCsv.ts';

/** What to do with rows that a sound recording does not have; whatever is dropped is counted in the table. */
export interface RowPolicy {
  /** Rows with ask below bid. */
  readonly crossed: 'refuse' | 'drop';
  /** Rows equal to an earlier one of the same timestamp in every column. */
  readonly duplicates: 'refuse' | 'drop';
}

export const DEFAULT_ROW_POLICY: RowPolicy = { crossed: 'refuse', duplicates: 'drop' };

/** Columns of equal length in time order. */
export interface QuoteStream {
  readonly timeMs: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  /** No quote is taken to have stood longer than this, milliseconds. */
  readonly holdCapMs: number;
  readonly source: TableSource;
}

interface QuoteRow {
  readonly line: number;
  readonly timeMs: number;
  readonly bid: number;
  readonly ask: number;
  readonly isCopy: boolean;
}

/** Takes quotes one at a time in file order. */
export class CheckedQuotes {
  readonly #name: string;
  readonly #policy: RowPolicy;
  readonly #timeMs: number[] = [];
  readonly #bid: number[] = [];
  readonly #ask: number[] = [];
  #droppedDuplicates = 0;
  #droppedCrossed = 0;

  constructor(name: string, policy: RowPolicy) {
    this.#name = name;
    this.#policy = policy;
  }

  add({ line, timeMs, bid, ask, isCopy }: QuoteRow): void {
    const where = `${this.#name}:${line}`;
    const last = this.#timeMs[this.#timeMs.length - 1];
    if (last !== undefined && timeMs < last) {
      throw new InputError({
        what: 'quotes out of order',
        where,
        rule: `timestamp at or after ${last}`,
        value: timeMs,
      });
    }
    if (!(bid > 0) || !(ask > 0)) {
      throw new InputError({ what: 'price is not positive', where, value: { bid, ask } });
    }
    if (isCopy) {
      if (this.#policy.duplicates === 'refuse') throw new InputError({ what: 'row repeats an earlier one', where });
      // The later of the two stays: of quotes of one moment only the last stands for any time, so the earlier is gone.
      this.#droppedDuplicates += 1;
    }
    if (ask < bid) {
      if (this.#policy.crossed === 'refuse') {
        throw new InputError({
          what: 'ask below bid',
          where,
          rule: 'a quote is bid <= ask',
          value: { bid, ask },
          hint: 'drop and count such rows with --crossed drop',
        });
      }
      this.#droppedCrossed += 1;
      return;
    }
    this.#timeMs.push(timeMs);
    this.#bid.push(bid);
    this.#ask.push(ask);
  }

  finish(about: {
    readonly recording: Recording;
    readonly kind: TableSource['kind'];
    readonly holdCapMs: number;
    readonly count: number;
  }): QuoteStream {
    const { recording, kind, holdCapMs, count } = about;
    const timeMs = Float64Array.from(this.#timeMs);
    if (timeMs.length < 2) throw new InputError({ what: 'needs two sound quotes at least', where: recording.name });
    return {
      timeMs,
      bid: Float64Array.from(this.#bid),
      ask: Float64Array.from(this.#ask),
      holdCapMs,
      source: {
        name: recording.name,
        kind,
        sha256: recording.sha256,
        from: new Date(timeMs[0]).toISOString(),
        to: new Date(timeMs[timeMs.length - 1]).toISOString(),
        count,
        droppedDuplicates: this.#droppedDuplicates,
        droppedCrossed: this.#droppedCrossed,
      },
    };
  }
}
