/** Every kind of feature that needs nothing but bars, and how a config becomes one. */

import type { z } from 'zod';
import { adxConfig, makeAdx } from './adx.ts';
import { atrConfig, makeAtr } from './atr.ts';
import { bollingerPositionConfig, makeBollingerPosition } from './bollingerPosition.ts';
import { bollingerWidthConfig, makeBollingerWidth } from './bollingerWidth.ts';
import { makeMinuteOfSession, makeOverlap, minuteOfSessionConfig, overlapConfig } from './businessHours.ts';
import {
  dayOfWeekConfig,
  makeDayOfWeek,
  makeSession,
  makeTimeOfDay,
  sessionFeatureConfig,
  timeOfDayConfig,
} from './calendar.ts';
import { cciConfig, makeCci } from './cci.ts';
import { drawdownConfig, makeDrawdown } from './drawdown.ts';
import { efficiencyRatioConfig, makeEfficiencyRatio } from './efficiencyRatio.ts';
import { emaDistanceConfig, makeEmaDistance } from './emaDistance.ts';
import { ewmaVolatilityConfig, makeEwmaVolatility } from './ewmaVolatility.ts';
import type { Feature } from './feature.ts';
import { logReturnConfig, makeLogReturn } from './logReturn.ts';
import { macdConfig, makeMacd } from './macd.ts';
import { makeObv, obvConfig } from './obv.ts';
import { garmanKlassConfig, makeGarmanKlass, makeParkinson, parkinsonConfig } from './rangeVolatility.ts';
import { makeRealizedVolatility, realizedVolatilityConfig } from './realizedVolatility.ts';
import { makeRsi, rsiConfig } from './rsi.ts';
import { makeSmaDistance, smaDistanceConfig } from './smaDistance.ts';
import { makeStochastic, stochasticConfig } from './stochastic.ts';
import { makeTrendSlope, trendSlopeConfig } from './trendSlope.ts';
import { makeVolatilityRegime, volatilityRegimeConfig } from './volatilityRegime.ts';
import { makeVolumeZScore, volumeZScoreConfig } from './volumeZScore.ts';
import { makeVwapDistance, vwapDistanceConfig } from './vwapDistance.ts';
import { makeWilliamsR, williamsRConfig } from './williamsR.ts';

export const barFeatureOptions = [
  logReturnConfig,
  trendSlopeConfig,
  smaDistanceConfig,
  emaDistanceConfig,
  macdConfig,
  adxConfig,
  efficiencyRatioConfig,
  rsiConfig,
  stochasticConfig,
  williamsRConfig,
  cciConfig,
  bollingerPositionConfig,
  bollingerWidthConfig,
  realizedVolatilityConfig,
  ewmaVolatilityConfig,
  parkinsonConfig,
  garmanKlassConfig,
  atrConfig,
  volatilityRegimeConfig,
  drawdownConfig,
  volumeZScoreConfig,
  obvConfig,
  vwapDistanceConfig,
  sessionFeatureConfig,
  overlapConfig,
  minuteOfSessionConfig,
  timeOfDayConfig,
  dayOfWeekConfig,
] as const;

export type BarFeatureConfig = z.infer<(typeof barFeatureOptions)[number]>;

type Makers = {
  readonly [Kind in BarFeatureConfig['kind']]: (config: Extract<BarFeatureConfig, { kind: Kind }>) => Feature;
};

const MAKERS: Makers = {
  logReturn: makeLogReturn,
  trendSlope: makeTrendSlope,
  smaDistance: makeSmaDistance,
  emaDistance: makeEmaDistance,
  macd: makeMacd,
  adx: makeAdx,
  efficiencyRatio: makeEfficiencyRatio,
  rsi: makeRsi,
  stochastic: makeStochastic,
  williamsR: makeWilliamsR,
  cci: makeCci,
  bollingerPosition: makeBollingerPosition,
  bollingerWidth: makeBollingerWidth,
  realizedVolatility: makeRealizedVolatility,
  ewmaVolatility: makeEwmaVolatility,
  parkinson: makeParkinson,
  garmanKlass: makeGarmanKlass,
  atr: makeAtr,
  volatilityRegime: makeVolatilityRegime,
  drawdown: makeDrawdown,
  volumeZScore: makeVolumeZScore,
  obv: makeObv,
  vwapDistance: makeVwapDistance,
  session: makeSession,
  overlap: makeOverlap,
  minuteOfSession: makeMinuteOfSession,
  timeOfDay: makeTimeOfDay,
  dayOfWeek: makeDayOfWeek,
};

export function makeBarFeature<Kind extends BarFeatureConfig['kind']>(
  config: Extract<BarFeatureConfig, { kind: Kind }> & { readonly kind: Kind },
): Feature {
  return MAKERS[config.kind](config);
}
