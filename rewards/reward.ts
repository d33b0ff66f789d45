/** The weighted sum of the reward terms, as one function. */

import type { RewardConfig } from './rewardConfig.ts';
import { cost, drawdown, excessLogGrowth, logGrowth, turnover, type Reward } from './terms.ts';

/** A term of weight 0 is never computed. */
export function makeReward(config: RewardConfig): Reward {
  const growthWeight = config.scale * config.logGrowth;
  const excessWeight = config.scale * config.excessLogGrowth;
  const drawdownWeight = config.scale * config.drawdown;
  const turnoverWeight = config.scale * config.turnover;
  const costWeight = config.scale * config.cost;
  // Named terms behind constant tests rather than a list to loop over: the compiler inlines them into the env's loop.
  return (bar, i) => {
    let sum = 0;
    if (growthWeight !== 0) sum += growthWeight * logGrowth(bar, i);
    if (excessWeight !== 0) sum += excessWeight * excessLogGrowth(bar, i);
    if (drawdownWeight !== 0) sum += drawdownWeight * drawdown(bar, i);
    if (turnoverWeight !== 0) sum += turnoverWeight * turnover(bar, i);
    if (costWeight !== 0) sum += costWeight * cost(bar, i);
    return sum;
  };
}
