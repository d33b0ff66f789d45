/** The market of a run on its way to the worker threads: built once, its arrays in shared memory, so that none is copied. */

import { inputsOf } from '../market/features/companionInput.ts';
import { makeFeatureSet } from '../market/features/featureSet.ts';
import type { Market } from './market.ts';
import type { RunConfig } from './runConfig.ts';

/** All of a market that can be posted. */
export type PackedMarket = Omit<Market, 'featureSet'>;

export const packMarket = ({ featureSet: _functions, ...data }: Market): PackedMarket => data;

export const unpackMarket = (data: PackedMarket, { features }: Pick<RunConfig, 'features'>): Market => ({
  ...data,
  featureSet: makeFeatureSet(features, {
    ...inputsOf(data.worlds.bars),
    timeframeMs: data.worlds.timeframeMs,
    state: data.featureState,
  }),
});
