/** Features of a higher timeframe, as of the last of its bars that has closed. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import { positiveInt } from '../../core/schema.ts';
import { MINUTE_MS } from '../../core/units.ts';
import type { Feature } from './feature.ts';
import { barFeatureOptions, makeBarFeature } from './featureKinds.ts';
import { isQuoteFeature, makeQuoteFeature, quoteFeatureOptions } from './quoteKinds.ts';
import { TimeframeStream } from './timeframeStream.ts';

export const timeframeConfig = z.strictObject({
  kind: z.literal('timeframe').describe('a feature of bars of a higher timeframe'),
  minutes: positiveInt.describe('length of the higher bars, such as 5, 15, 30, 60 or 240: a multiple of the bars’ own'),
  feature: z
    .discriminatedUnion('kind', [...barFeatureOptions, ...quoteFeatureOptions])
    .describe('what is computed on them'),
});

type Config = z.infer<typeof timeframeConfig>;

/**
 * The feature on bars of `minutes`, at each bar as it was when the last of them closed.
 *
 * Higher bars are aligned with the epoch in UTC and hold the bars that open in them. One closes with the bar that reaches
 * its end, or before the first bar that opens after it; where no bar opens there is none. A history that begins inside
 * one leaves that one out. Warm-up: that of the feature in higher bars, and up to one more to reach the first.
 *
 * @param timeframeMs of the bars that are fed
 * @throws InputError unless `minutes` is a multiple of it, at least two
 */
export function makeTimeframe({ minutes, feature }: Config, timeframeMs: number): Feature {
  const frameMs = minutes * MINUTE_MS;
  const ratio = frameMs / timeframeMs;
  if (!Number.isInteger(ratio) || ratio < 2) {
    throw new InputError({
      what: 'no higher timeframe of these bars',
      where: 'features: timeframe.minutes',
      rule: `a multiple of the bars' ${timeframeMs / MINUTE_MS} minutes, at least two`,
      value: minutes,
    });
  }
  const inner = isQuoteFeature(feature) ? makeQuoteFeature(feature) : makeBarFeature(feature);
  return {
    columns: inner.columns.map(({ name, scale }) => ({ name: `${minutes}m:${name}`, scale })),
    warmupBars: (inner.warmupBars + 2) * ratio - 2,
    settleBars: (inner.settleBars + 2) * ratio,
    ...(inner.quotes !== undefined && { quotes: inner.quotes }),
    createStream: () => new TimeframeStream(inner, frameMs, timeframeMs),
  };
}
