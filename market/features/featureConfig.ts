/** Every kind of feature, and how a config becomes one. */

import { z } from 'zod';
import { atrConfig, makeAtr } from './atr.ts';
import { bollingerPositionConfig, makeBollingerPosition } from './bollingerPosition.ts';
import {
  dayOfWeekConfig,
  makeDayOfWeek,
  makeSession,
  makeTimeOfDay,
  sessionFeatureConfig,
  timeOfDayConfig,
} from './calendar.ts';
import { drawdownConfig, makeDrawdown } from './drawdown.ts';
import { efficiencyRatioConfig, makeEfficiencyRatio } from './efficiencyRatio.ts';
import { emaDistanceConfig, makeEmaDistance } from './emaDistance.ts';
import type { Feature } from './feature.ts';
import { logReturnConfig, makeLogReturn } from './logReturn.ts';
import { makeRealizedVolatility, realizedVolatilityConfig } from './realizedVolatility.ts';
import { makeRsi, rsiConfig } from './rsi.ts';
import { makeTrendSlope, trendSlopeConfig } from './trendSlope.ts';
import { makeVolumeZScore, volumeZScoreConfig } from './volumeZScore.ts';

export const featureConfig = z.discriminatedUnion('kind', [
  logReturnConfig,
  trendSlopeConfig,
  emaDistanceConfig,
  rsiConfig,
  realizedVolatilityConfig,
  atrConfig,
  bollingerPositionConfig,
  volumeZScoreConfig,
  drawdownConfig,
  efficiencyRatioConfig,
  sessionFeatureConfig,
  timeOfDayConfig,
  dayOfWeekConfig,
]);

export type FeatureConfig = z.infer<typeof featureConfig>;

export function makeFeature(config: FeatureConfig): Feature {
  switch (config.kind) {
    case 'logReturn':
      return makeLogReturn(config);
    case 'trendSlope':
      return makeTrendSlope(config);
    case 'emaDistance':
      return makeEmaDistance(config);
    case 'rsi':
      return makeRsi(config);
    case 'realizedVolatility':
      return makeRealizedVolatility(config);
    case 'atr':
      return makeAtr(config);
    case 'bollingerPosition':
      return makeBollingerPosition(config);
    case 'volumeZScore':
      return makeVolumeZScore(config);
    case 'drawdown':
      return makeDrawdown(config);
    case 'efficiencyRatio':
      return makeEfficiencyRatio(config);
    case 'session':
      return makeSession();
    case 'timeOfDay':
      return makeTimeOfDay();
    case 'dayOfWeek':
      return makeDayOfWeek();
  }
}
