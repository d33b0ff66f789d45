/** What a feature is: columns computed bar by bar from the past alone, in chunks of any size. */

import type { Bars } from '../data/bars.ts';
import type { QuoteColumn } from '../data/quotes.ts';

/** Consecutive bars of one path. Row 0 of a chunk follows the last row of the chunk before. */
export interface BarChunk extends Bars {
  readonly length: number;
  /** Natural logarithm of close, taken once for all features. */
  readonly logClose: Float64Array;
}

/**
 * One feature on its way along one path.
 *
 * It keeps what it needs of the past itself and reads nothing but the chunk at hand, so that a whole history and
 * one live bar after another run through the same code.
 */
export interface FeatureStream {
  /** Writes column c of the chunk's row r at `out[offset + r * stride + c]`; anything finite during warm-up. */
  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void;
}

export interface FeatureColumn {
  readonly name: string;
  /** A bounded column is made to lie in about [-1, 1] and is left alone by normalizers. */
  readonly scale: 'bounded' | 'unbounded';
}

export interface Feature {
  readonly columns: readonly FeatureColumn[];
  /** Rows at the start of a path that have no value; row `warmupBars` is the first that has one. */
  readonly warmupBars: number;
  /** Rows after which the place where history began matters less than one part in a million. */
  readonly settleBars: number;
  /** Columns of quotes that it looks at; none where absent. */
  readonly quotes?: readonly QuoteColumn[];
  createStream(): FeatureStream;
}

/** Rows until a memory that fades by `1 - 1 / period` a bar has lost all but a millionth. */
export const fadeBars = (period: number): number => Math.ceil(period * Math.log(1e6));
