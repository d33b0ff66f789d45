import { expect } from 'chai';
import { describe, it } from 'mocha';
import { spreadOverRuns, type ComparedAgent } from '../../evaluation/compareRuns.ts';

const row = (run: string, agent: string, numbers: Partial<ComparedAgent> = {}): ComparedAgent => ({
  ...{ run, experiment: 'x', agent, totalReturn: 0.1, buyAndHoldReturn: 0, excessBps: 1, sharpe: 1, deflatedSharpe: 1 },
  ...{ maxDrawdown: -0.1, gatesPassed: 2, gates: 2, promoted: false },
  ...numbers,
});

describe('evaluation/compareRuns', () => {
  it('each agent of each experiment has the median and the ends of its runs', () => {
    const [ppo, dqn] = spreadOverRuns([
      row('a', 'ppo', { totalReturn: 0.3 }),
      row('b', 'ppo', { totalReturn: -0.2, gatesPassed: 1 }),
      row('c', 'ppo', { totalReturn: 0.1 }),
      row('a', 'dqn'),
    ]);
    expect(ppo).to.deep.include({
      agent: 'ppo',
      runs: 3,
      passed: 2,
      totalReturn: { median: 0.1, least: -0.2, most: 0.3 },
    });
    expect(dqn).to.deep.include({ agent: 'dqn', runs: 1, passed: 1 });
  });

  it('a spread with an undefined value in it is undefined', () => {
    const [spread] = spreadOverRuns([row('a', 'ppo', { sharpe: null }), row('b', 'ppo')]);
    expect(spread.sharpe).to.equal(null);
    expect(spread.maxDrawdown).to.deep.equal({ median: -0.1, least: -0.1, most: -0.1 });
  });
});
