/** Fits the features that learn, on training rows only. */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import type { Bars } from '../data/bars.ts';
import type { RowRange } from '../data/rowRange.ts';
import { fitHmm } from '../regimes/fitHmm.ts';
import { emptyFeatureState, type FeatureState } from './featureState.ts';
import type { FeaturesConfig } from './featuresConfig.ts';
import type { RegimePosteriorConfig } from './regimePosterior.ts';

export interface FitFeaturesInput {
  readonly list: FeaturesConfig;
  readonly bars: Bars;
  /** No return reaches from one path into another. */
  readonly paths: readonly RowRange[];
  /** Rows to fit on, training rows only; whole paths where absent. */
  readonly ranges?: readonly RowRange[];
  /** Begins the fits; the same one gives the same state. */
  readonly rng: Rng;
}

/** Smallest deviation of a state relative to that of all returns. */
const MIN_DEVIATION_SHARE = 0.01;

/** @throws InputError when there are too few training rows, or they do not vary */
export function fitFeatures(input: FitFeaturesInput): FeatureState {
  const { list, rng } = input;
  const fitted = list.flatMap((config, feature) =>
    config.kind === 'regimePosterior' ? [fitRegimes(config, feature, input, rng.fork(`feature${feature}`))] : [],
  );
  return { ...emptyFeatureState(list), fitted };
}

function fitRegimes(
  config: RegimePosteriorConfig,
  feature: number,
  input: FitFeaturesInput,
  rng: Rng,
): FeatureState['fitted'][number] {
  const { states, restarts, maxIterations, tolerance } = config;
  const sequences = trainingReturns(input, config.fitBars);
  const fittedRows = sequences.reduce((sum, { length }) => sum + length, 0);
  if (fittedRows < 20 * states) {
    throw new InputError({
      what: 'too few training bars to fit regimes on',
      where: `features.${feature}`,
      rule: `at least ${20 * states} returns for ${states} states`,
      value: fittedRows,
    });
  }
  const hmm = { states, restarts, maxIterations, tolerance, minDeviationShare: MIN_DEVIATION_SHARE };
  const { model, logLikelihood } = fitHmm(hmm, sequences, rng);
  return {
    kind: 'regimePosterior',
    feature,
    fittedRows,
    logLikelihood: logLikelihood / fittedRows,
    model: {
      start: [...model.start],
      transition: [...model.transition],
      mean: [...model.mean],
      deviation: [...model.deviation],
    },
  };
}

/** One-bar log returns of each stretch of training rows; of more than `most` the last of each stretch, in proportion. */
function trainingReturns({ bars, paths, ranges = paths }: FitFeaturesInput, most: number): Float64Array[] {
  const stretches = paths
    .flatMap((path) =>
      ranges.map(({ from, to }) => ({ from: Math.max(path.from + 1, from), to: Math.min(path.to, to) })),
    )
    .filter(({ from, to }) => to > from);
  const total = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const share = Math.min(1, most / total);
  return stretches.map(({ from, to }) => {
    const length = Math.ceil((to - from) * share);
    return Float64Array.from({ length }, (_, i) => {
      const row = to - length + i;
      return Math.log(bars.close[row] / bars.close[row - 1]);
    });
  });
}
