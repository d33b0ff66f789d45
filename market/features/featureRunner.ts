/** Runs a feature set along one path, in chunks; batch, live and probe all go through here. */

import type { Bars } from '../data/bars.ts';
import { sliceBars } from '../data/bars.ts';
import { Chunk } from './chunk.ts';
import type { FeatureColumnStream, FeatureSet } from './featureSet.ts';

/** Bars at a time: all columns of a chunk stay in a core's cache. */
const CHUNK_BARS = 1024;

export class FeatureRunner {
  readonly #featureSet: FeatureSet;
  readonly #streams: readonly FeatureColumnStream[];
  readonly #logClose = new Float64Array(CHUNK_BARS);
  #bar = 0;

  constructor(featureSet: FeatureSet) {
    this.#featureSet = featureSet;
    this.#streams = featureSet.createStreams();
  }

  /** Bars of the path that it has seen. */
  get numBars(): number {
    return this.#bar;
  }

  /**
   * Writes rows `[from, to)`, at most 1,024 of them, into the first rows of `out`; rows in warm-up are zero.
   *
   * @param out (rows, columns), row-major
   */
  advance(bars: Bars, from: number, to: number, out: Float64Array): void {
    const length = to - from;
    const width = this.#featureSet.columns.length;
    const chunk = new Chunk(sliceBars(bars, from, to), length, this.#logClose);
    for (const { stream, firstColumn } of this.#streams) stream.advance(chunk, out, firstColumn, width);
    const warming = Math.min(length, Math.max(0, this.#featureSet.warmupBars - this.#bar));
    out.fill(0, 0, warming * width);
    this.#bar += length;
  }
}

/**
 * Walks a stretch of bars as one path from its start.
 *
 * @param visit gets each chunk's first row, its number of rows and its features (rows, columns), overwritten by the next
 */
export function forEachChunk(
  featureSet: FeatureSet,
  bars: Bars,
  range: { readonly from: number; readonly to: number },
  visit: (row: number, length: number, features: Float64Array) => void,
): void {
  const runner = new FeatureRunner(featureSet);
  const features = new Float64Array(CHUNK_BARS * featureSet.columns.length);
  for (let from = range.from; from < range.to; from += CHUNK_BARS) {
    const to = Math.min(from + CHUNK_BARS, range.to);
    runner.advance(bars, from, to, features);
    visit(from, to - from, features);
  }
}
