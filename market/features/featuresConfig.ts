/** The features of a run, in the order of their columns. */

import { z } from 'zod';
import { featureConfig, type FeatureConfig } from './featureConfig.ts';

const DEFAULT_FEATURES: FeatureConfig[] = [
  { kind: 'logReturn', lag: 1 },
  { kind: 'logReturn', lag: 5 },
  { kind: 'logReturn', lag: 20 },
  { kind: 'logReturn', lag: 60 },
  { kind: 'trendSlope', period: 20 },
  { kind: 'trendSlope', period: 60 },
  { kind: 'emaDistance', period: 20 },
  { kind: 'rsi', period: 14 },
  { kind: 'realizedVolatility', period: 20 },
  { kind: 'atr', period: 14 },
  { kind: 'bollingerPosition', period: 20, width: 2 },
  { kind: 'volumeZScore', period: 20 },
  { kind: 'drawdown', period: 100 },
  { kind: 'efficiencyRatio', period: 20 },
  { kind: 'session' },
  { kind: 'timeOfDay' },
  { kind: 'dayOfWeek' },
];

export const featuresConfig = z
  .array(featureConfig)
  .min(1)
  .default(DEFAULT_FEATURES)
  .describe('features in the order of their columns');

export type FeaturesConfig = readonly FeatureConfig[];
