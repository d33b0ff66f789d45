import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Policy } from '../../agents/agent.ts';
import { createRng } from '../../core/rng.ts';
import { createMarkovTask, scorePolicy } from '../../bench/proofs/markovBench.ts';
import { markovMarketConfig } from '../../envs/markovMarketConfig.ts';
import { solveMarkovMarket } from '../../envs/markovMarketSolver.ts';
import { buyAndHold } from '../../evaluation/baselines.ts';
import { bayesOptimal, emaSign } from '../../evaluation/markovPolicies.ts';

describe('the two-regime market, walked through the trading env', () => {
  const config = markovMarketConfig.parse({});
  const task = createMarkovTask(config, createRng('policies'), { trainingPaths: 50 });
  const worlds = task.heldOut(600, createRng('policies/held-out'));
  const walk = (policy: Policy) => scorePolicy(policy, { worlds, config, rng: createRng('walk') });

  it('gives the Bayes-optimal trader more than every rule of thumb, on the same episodes', async () => {
    const optimal = await walk(bayesOptimal(config, solveMarkovMarket(config, 201), worlds));
    for (const period of [20, 40]) {
      const rule = await walk(emaSign(worlds, period));
      expect(optimal.bpsPerBar - rule.bpsPerBar, `ema ${period}`).to.be.above(0.1);
    }
    expect(optimal.bpsPerBar).to.be.closeTo(7.5, 3 * optimal.standardError);
    expect(optimal.tradesPerEpisode).to.be.within(20, 35);
  });

  it('gives holding nothing but the drag of variance', async () => {
    const hold = await walk(buyAndHold([-1, 0, 1]));
    expect(hold.bpsPerBar).to.be.closeTo(-0.52, 3 * hold.standardError);
    expect(hold.tradesPerEpisode).to.equal(1);
  });

  it('changes when a policy looks one bar ahead: the measure sees an edge that is not there to be had', async () => {
    const { open, close } = worlds.bars;
    const prophet: Policy = {
      name: 'prophet',
      act({ row }, actions) {
        for (let i = 0; i < actions.length; i++) actions[i] = close[row[i] + 1] > open[row[i] + 1] ? 2 : 0;
      },
    };
    expect((await walk(prophet)).bpsPerBar).to.be.above(50);
  });
});
