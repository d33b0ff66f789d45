/** Settings of deep Q-learning; names follow CleanRL's `dqn.py`. */

import { z } from 'zod';
import { fraction, nonNegative, nonNegativeInt, positive, positiveInt } from '../../core/schema.ts';
import { networkConfig } from '../networks/network.ts';
import { learningRateFields } from '../schedule.ts';
import { categoricalConfig } from './categoricalForm.ts';
import { quantileConfig } from './quantileForm.ts';

export const dqnConfig = z.strictObject({
  numEnvs: positiveInt.default(16).describe('environments stepped side by side'),
  network: networkConfig.prefault({ kind: 'mlp' }).describe('from observation to features'),
  ...learningRateFields(false),
  weightDecay: nonNegative.default(0).describe('AdamW shrinkage of weights; 0 is Adam'),
  gamma: fraction.default(0.99).describe('discount per step'),
  replayCapacity: positiveInt.default(100_000).describe('transitions kept'),
  batchSize: positiveInt.default(64).describe('transitions per update'),
  learningStarts: nonNegativeInt.default(1_000).describe('environment steps before the first update'),
  trainFrequency: positiveInt.default(4).describe('environment steps per update'),
  targetUpdateFrequency: positiveInt.default(1_000).describe('environment steps between updates of the target network'),
  tau: positive.max(1).default(1).describe('share of the online network taken over by the target; 1 copies it'),
  epsilonStart: fraction.default(1).describe('share of random actions at first'),
  epsilonEnd: fraction.default(0.05).describe('share of random actions at last'),
  explorationFraction: fraction.default(0.5).describe('part of the run over which epsilon falls'),
  nStep: positiveInt.default(1).describe('steps whose rewards are summed before bootstrapping'),
  doubleQ: z.boolean().default(true).describe('the online network chooses the action that the target network values'),
  dueling: z.boolean().default(true).describe('action values as state value plus advantage'),
  noisy: z
    .literal([false, true, 'all'])
    .default(false)
    .describe(
      'trained noise on weights explores, and epsilon is zero; true: of the head, `all`: of every fully connected layer',
    ),
  noisySigma: positive.default(0.5).describe('size of that noise at first, in units of 1 / sqrt(inputs)'),
  categorical: categoricalConfig
    .nullable()
    .default(null)
    .describe('action values as histograms of the return (C51); null: not'),
  quantile: quantileConfig
    .nullable()
    .default(null)
    .describe('action values as quantiles of the return (QR-DQN); null: not'),
  counterfactual: z
    .union([z.boolean(), z.enum(['actions', 'positions'])])
    .default(false)
    .describe(
      'learn from what every action would have led to, where the environment can tell: from the position held (actions, or true), or from every position that an action may have left (positions)',
    ),
  prioritized: z.boolean().default(true).describe('replay in proportion to the last TD error, else uniformly'),
  priorityExponent: fraction.default(0.6).describe('0 replays uniformly, 1 in proportion to the error'),
  importanceExponent: fraction
    .default(0.4)
    .describe('correction for prioritized replay at first; 1 at the end of the run'),
  huberDelta: positive.default(1).describe('TD error beyond which the loss grows linearly'),
  maxGradNorm: positive.nullable().default(10).describe('global L2 norm that gradients are clipped to; null: never'),
});

export type DqnConfig = z.infer<typeof dqnConfig>;

/** Starting states that are learned from for each observation lived. */
export const startsOf = ({ counterfactual }: Pick<DqnConfig, 'counterfactual'>, numActions: number): number =>
  counterfactual === 'positions' ? numActions : 1;
