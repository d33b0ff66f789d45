/** Features of another instrument, as of the last of its bars that has closed. */

import { z } from 'zod';
import { newlyKnown } from '../data/companion.ts';
import { Chunk } from './chunk.ts';
import { companionOf, rowsOf, type CompanionInput } from './companionInput.ts';
import type { BarChunk, Feature, FeatureStream } from './feature.ts';
import { barFeatureOptions } from './featureKinds.ts';
import { quoteFeatureOptions } from './quoteKinds.ts';
import { withRoom } from './scratch.ts';
import { timeframeConfig } from './timeframe.ts';

export const ofCompanionConfig = z.strictObject({
  kind: z.literal('of').describe('a feature of another instrument'),
  companion: z.string().min(1).describe('name of the instrument, one of market.companions'),
  feature: z
    .discriminatedUnion('kind', [...barFeatureOptions, ...quoteFeatureOptions, timeframeConfig])
    .describe('what is computed on its bars'),
});

/**
 * The feature on the companion's bars, at each bar as it was when the last of them closed.
 *
 * A path begins to know its companion with its own first bar. Where the companion lacks bars the last values stand, or zeros
 * as long as too few have closed. Warm-up: the bars in which as many of the companion's close as its feature needs.
 *
 * @param inner made for bars of the companion
 * @param timeframeMs of the bars that are fed
 */
export function makeOfCompanion(
  { name, timeframeMs: ownMs }: CompanionInput,
  inner: Feature,
  timeframeMs: number,
): Feature {
  return {
    columns: inner.columns.map((column) => ({ name: `${name}:${column.name}`, scale: column.scale })),
    warmupBars: Math.max(0, rowsOf(inner.warmupBars + 1, ownMs, timeframeMs) - 1),
    // Twice: as many bars as that close in time also where up to half of them are missing.
    settleBars: rowsOf(2 * (inner.settleBars + 2), ownMs, timeframeMs),
    createStream: () => new OfCompanionStream(name, inner),
  };
}

class OfCompanionStream implements FeatureStream {
  readonly #name: string;
  readonly #inner: FeatureStream;
  readonly #width: number;
  /** Closed bars before the feature has a value, and how many have closed. */
  readonly #warmupBars: number;
  #closedBars = 0;
  /** (width) as of the last closed bar. */
  readonly #values: Float64Array;
  #features: Float64Array = new Float64Array(0);
  #logClose: Float64Array = new Float64Array(0);

  constructor(name: string, feature: Feature) {
    this.#name = name;
    this.#inner = feature.createStream();
    this.#width = feature.columns.length;
    this.#warmupBars = feature.warmupBars;
    this.#values = new Float64Array(this.#width);
  }

  advance(chunk: BarChunk, out: Float64Array, offset: number, stride: number): void {
    const width = this.#width;
    const values = this.#values;
    const companion = companionOf(chunk, this.#name);
    const length = companion.bars.close.length;
    const features = (this.#features = withRoom(this.#features, length * width));
    if (length > 0) {
      this.#logClose = withRoom(this.#logClose, length);
      this.#inner.advance(new Chunk(companion.bars, length, this.#logClose), features, 0, width);
    }
    for (let row = 0, at = offset; row < chunk.length; row++, at += stride) {
      const { from, to } = newlyKnown(companion, row);
      this.#closedBars += to - from;
      if (to > from && this.#closedBars > this.#warmupBars) {
        for (let column = 0; column < width; column++) values[column] = features[(to - 1) * width + column];
      }
      for (let column = 0; column < width; column++) out[at + column] = values[column];
    }
  }
}
