/** The law of the synthetic market. */

import { z } from 'zod';
import { fraction, nonNegative, nonNegativeInt, positive, positiveInt } from '../../core/schema.ts';
import { HOUR_MS } from '../../core/units.ts';
import { isoTime } from './isoTime.ts';

const volatilityBps = nonNegative.max(500).describe('deviation of one-bar returns, basis points');
const meanBars = positiveInt.describe('mean length of a segment');
const weight = nonNegative
  .default(1)
  .describe('how often the regime follows another one, relative to the rest; 0: never');

const trend = z.strictObject({
  driftBps: nonNegative.max(500).describe('mean one-bar move in the direction of the trend, basis points'),
  volatilityBps,
  meanBars,
  weight,
});

const reverting = z.strictObject({
  reversion: fraction.describe('share of the distance to the level that a bar closes'),
  amplitudeBps: nonNegative.max(2_000).describe('how far the level itself swings to either side, basis points'),
  periodBars: z.number().min(4).describe('bars of a full swing of the level, drawn anew for each segment around this'),
  volatilityBps,
  meanBars,
  weight,
});

export const syntheticConfig = z.strictObject({
  timeframeMs: positiveInt.default(HOUR_MS).describe('distance of bars, around the clock'),
  startTime: isoTime.default('2022-01-03').describe('paths start within a week of this moment'),
  startPrice: positive.default(100).describe('open of the first bar of a path'),
  strength: nonNegative
    .max(5)
    .default(1)
    .describe('multiplies drift and reversion; 0: every regime is a random walk, only its volatility tells it apart'),
  variation: fraction
    .max(0.9)
    .default(0.3)
    .describe('how much drift and volatility differ between segments of a regime'),
  minSegmentBars: positiveInt.default(24).describe('shortest segment'),
  regimes: z
    .strictObject({
      uptrend: trend.prefault({ driftBps: 10, volatilityBps: 45, meanBars: 200 }),
      downtrend: trend.prefault({ driftBps: 10, volatilityBps: 55, meanBars: 200 }),
      oscillating: reverting.prefault({
        reversion: 0.15,
        amplitudeBps: 300,
        periodBars: 60,
        volatilityBps: 40,
        meanBars: 240,
      }),
      plateau: reverting.prefault({
        reversion: 0.1,
        amplitudeBps: 0,
        periodBars: 60,
        volatilityBps: 10,
        meanBars: 160,
      }),
    })
    .prefault({})
    .describe('what each regime is made of'),
  tailDegrees: z
    .number()
    .min(2.5)
    .default(5)
    .describe("degrees of freedom of the shocks' Student t distribution: fewer, fatter tails"),
  volatilityPersistence: fraction.max(0.999).default(0.97).describe('share of log volatility that a bar keeps'),
  volatilityOfVolatility: nonNegative.max(1).default(0.35).describe('deviation of log volatility around its level'),
  gapShare: fraction
    .default(0.1)
    .describe('deviation of the jump from close to the next open, relative to that of a bar'),
  meanVolume: positive.default(1_000).describe('base units a bar'),
});

export type SyntheticConfig = z.infer<typeof syntheticConfig>;

/** How many paths of which kind; one for each part of a run. */
export const syntheticPathsConfig = z.strictObject({
  barsPerPath: positiveInt.default(1_500).describe('bars of every path'),
  pathsPerRegime: nonNegativeInt.default(4).describe('paths that stay in one regime, for each regime'),
  mixedPaths: nonNegativeInt.default(8).describe('paths that pass through regimes by the Markov chain'),
});

export type SyntheticPathsConfig = z.infer<typeof syntheticPathsConfig>;
