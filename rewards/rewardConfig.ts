/** Settings of the reward: how much each term weighs. */

import { z } from 'zod';
import { nonNegative, positive } from '../core/schema.ts';

export const rewardConfig = z
  .strictObject({
    logGrowth: nonNegative.default(1).describe('weight of the log growth of equity'),
    excessLogGrowth: nonNegative.default(0).describe('weight of the log growth beyond holding the asset'),
    drawdown: nonNegative.default(0).describe('penalty per bar on the depth of the drawdown'),
    turnover: nonNegative.default(0).describe('penalty on notional traded per unit of equity'),
    cost: nonNegative.default(0).describe('penalty on costs per unit of equity, beyond their effect on growth'),
    scale: positive.default(1).describe('multiplies the weighted sum, to bring rewards to the order of one'),
  })
  .refine((weights) => weights.logGrowth + weights.excessLogGrowth > 0, {
    message: 'logGrowth or excessLogGrowth must be above 0: penalties alone teach to stay flat',
  });

export type RewardConfig = z.infer<typeof rewardConfig>;
