/** What policies of a run observe and choose from. */

import type { Context, EnvSpec } from '../core/spec.ts';
import { STATE_SIZE } from '../envs/accountState.ts';
import { actionsOf } from '../envs/targetWeights.ts';
import type { RunConfig } from './runConfig.ts';

/** @param context the whole worlds' for training and judging, a live stream's for trading */
export const tradingSpec = ({ targetWeights }: RunConfig, context: Context): EnvSpec => ({
  stateSize: STATE_SIZE,
  actions: actionsOf(targetWeights),
  context,
});
