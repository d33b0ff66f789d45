/** Settings of proximal policy optimization; names follow CleanRL's `ppo.py`. */

import { z } from 'zod';
import { fraction, nonNegative, positive, positiveInt } from '../../core/schema.ts';
import { networkConfig } from '../networks/network.ts';
import { learningRateFields } from '../schedule.ts';
import { recurrentConfig } from './recurrence.ts';

export const ppoConfig = z.strictObject({
  numEnvs: positiveInt.default(16).describe('environments stepped side by side'),
  network: networkConfig.prefault({ kind: 'mlp' }).describe('from observation to features, for actor and critic apart'),
  recurrent: recurrentConfig
    .nullable()
    .default(null)
    .describe('an LSTM cell after each network whose state is carried from step to step; null: none'),
  ...learningRateFields(true),
  weightDecay: nonNegative.default(0).describe('AdamW shrinkage of weights; 0 is Adam'),
  normalizeObservations: z
    .boolean()
    .default(false)
    .describe('states get the mean 0 and deviation 1 of all seen so far; a context is normalized where it is made'),
  normalizeRewards: z.boolean().default(false).describe('rewards in units of the deviation of discounted returns'),
  numSteps: positiveInt.default(128).describe('steps per environment in one rollout'),
  gamma: fraction.default(0.99).describe('discount per step'),
  gaeLambda: fraction.default(0.95).describe('GAE mixing of n-step advantages'),
  numMinibatches: positiveInt.default(4).describe('parts of a rollout, one update each'),
  updateEpochs: positiveInt.default(4).describe('passes over each rollout'),
  normalizeAdvantage: z.boolean().default(true).describe('advantages of a minibatch get mean 0, deviation 1'),
  clipCoef: positive.default(0.2).describe('surrogate clipping radius'),
  clipValueLoss: z.boolean().default(true).describe('the value moves at most clipCoef per rollout for free'),
  entCoef: nonNegative.default(0.01).describe('weight of the entropy bonus'),
  vfCoef: nonNegative.default(0.5).describe('weight of the value loss'),
  maxGradNorm: positive.nullable().default(0.5).describe('global L2 norm that gradients are clipped to; null: never'),
  targetKl: positive.nullable().default(null).describe('stop the epoch loop above this KL; null: never'),
});

export type PpoConfig = z.infer<typeof ppoConfig>;
