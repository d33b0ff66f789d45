/** Traders of the two-regime market that need no training: the best there can be, and the rules of thumb below it. */

import type { Policy } from '../agents/agent.ts';
import type { MarkovMarketConfig } from '../envs/markovMarketConfig.ts';
import { filterBelief, MARKOV_POSITIONS, type MarkovSolution } from '../envs/markovMarketSolver.ts';
import { STATE_COLUMNS, STATE_SIZE } from '../envs/accountState.ts';
import type { Worlds } from '../market/worlds.ts';

const POSITION = STATE_COLUMNS.indexOf('positionWeight');

/** The Bayes-optimal policy: it knows the market's numbers, never its regime. */
export function bayesOptimal(config: MarkovMarketConfig, solution: MarkovSolution, worlds: Worlds): Policy {
  const belief = fromReturns(worlds, 0.5, (before, simpleReturn) => filterBelief(config, before, simpleReturn));
  const barsLeft = new Int32Array(worlds.context.rows);
  for (const { from, to } of worlds.paths) for (let row = from; row < to; row++) barsLeft[row] = to - 1 - row;
  return {
    name: 'bayesOptimal',
    act({ row, state }, actions) {
      for (let env = 0; env < actions.length; env++) {
        const left = Math.min(barsLeft[row[env]], config.episodeBars);
        actions[env] = solution.action(left, belief[row[env]], state[env * STATE_SIZE + POSITION]);
      }
    },
  };
}

/** Long while the exponential average of returns over `period` bars is above zero, else short. */
export function emaSign(worlds: Worlds, period: number): Policy {
  const rate = 2 / (period + 1);
  const average = fromReturns(worlds, 0, (before, simpleReturn) => before + rate * (simpleReturn - before));
  return {
    name: `ema${period}`,
    act({ row }, actions) {
      for (let env = 0; env < actions.length; env++) {
        actions[env] = MARKOV_POSITIONS.indexOf(average[row[env]] > 0 ? 1 : -1);
      }
    },
  };
}

/** (rows) a value carried along each path from one return to the next. */
function fromReturns({ bars, paths }: Worlds, start: number, next: (before: number, simpleReturn: number) => number) {
  const values = new Float64Array(bars.close.length);
  for (const { from, to } of paths) {
    let value = start;
    for (let row = from; row < to; row++) values[row] = value = next(value, bars.close[row] / bars.open[row] - 1);
  }
  return values;
}
