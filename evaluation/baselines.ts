/** Traders that need no training: what an agent has to beat, through the same costs. */

import type { Policy } from '../agents/agent.ts';
import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import type { Actions } from '../core/spec.ts';
import type { Ledger } from '../envs/ledger.ts';
import { isRange, type TargetWeights } from '../envs/targetWeights.ts';
import type { Path, Worlds } from '../market/worlds.ts';
import { matchTurnover } from './matchedTurnover.ts';
import { replayWeights } from './replayedWeights.ts';

/** Buys the largest long weight on the first bar and holds it. @throws InputError when no action is long */
export function buyAndHold(targetWeights: readonly number[]): Policy {
  const longest = Math.max(...targetWeights);
  if (longest <= 0) throw noAction('long', targetWeights);
  return constantPolicy('buyAndHold', targetWeights.indexOf(longest));
}

/** Stays in cash. @throws InputError when no action is flat */
export const flat = (targetWeights: readonly number[]): Policy => constantPolicy('flat', flatAction(targetWeights));

export interface RandomTraderOptions {
  /** What the matched agent did; its paths need not be the ones that are walked. */
  readonly ledgers: readonly Ledger[];
  readonly targetWeights: TargetWeights;
  readonly worlds: Worlds;
  readonly paths: readonly Path[];
  readonly rng: Rng;
}

/**
 * Trades blindly, as often as an agent did and in the same positions: what its turnover earns without its timing.
 *
 * From a ladder: a Markov chain along the bars of each path, whose share of bars in each position and expected number of
 * changes a bar are the agent's (see {@link matchTurnover}). From a range: the agent's own weights at other times (see
 * {@link replayWeights}). Drawn ahead for every row, so that a path is the same alone or among others.
 */
export function randomTrader({ ledgers, targetWeights, worlds, paths, rng }: RandomTraderOptions): Policy {
  if (isRange(targetWeights)) {
    const weights = new Float32Array(worlds.context.rows);
    for (const path of paths) {
      const first = path.from + worlds.warmupBars;
      replayWeights(ledgers, rng.fork(path.name), weights.subarray(first, path.to));
    }
    return tablePolicy('random', weights);
  }
  const { shares, transitions } = matchTurnover(ledgers, targetWeights);
  const actions = new Int32Array(worlds.context.rows);
  for (const path of paths) {
    const luck = rng.fork(path.name);
    let action = pick(shares, luck.next());
    for (let row = path.from + worlds.warmupBars; row < path.to; row++) {
      actions[row] = action;
      action = pick(transitions[action], luck.next());
    }
  }
  return tablePolicy('random', actions);
}

export interface MovingAverageOptions {
  readonly fastBars: number;
  readonly slowBars: number;
  readonly targetWeights: readonly number[];
  readonly worlds: Worlds;
}

/**
 * Follows the trend: the largest weight while the fast exponential average of closes is above the slow one, else the smallest.
 *
 * Starts each path anew and knows no bar after the one it decides on.
 *
 * @throws InputError unless 1 <= fastBars < slowBars
 */
export function movingAverageCross({ fastBars, slowBars, targetWeights, worlds }: MovingAverageOptions): Policy {
  if (!(fastBars >= 1 && fastBars < slowBars)) {
    throw new InputError({
      what: 'not a moving average cross',
      where: 'baseline',
      rule: '1 <= fastBars < slowBars',
      value: { fastBars, slowBars },
    });
  }
  const up = targetWeights.indexOf(Math.max(...targetWeights));
  const down = targetWeights.indexOf(Math.min(...targetWeights));
  const { close } = worlds.bars;
  const actions = new Int32Array(worlds.context.rows);
  for (const path of worlds.paths) {
    let fast = close[path.from];
    let slow = close[path.from];
    for (let row = path.from; row < path.to; row++) {
      fast += (close[row] - fast) * (2 / (fastBars + 1));
      slow += (close[row] - slow) * (2 / (slowBars + 1));
      actions[row] = fast > slow ? up : down;
    }
  }
  return tablePolicy(`ema${fastBars}x${slowBars}`, actions);
}

/** Looks its action up by the row it observes. */
function tablePolicy(name: string, actionOfRow: Actions): Policy {
  return {
    name,
    act({ row }, actions) {
      for (let env = 0; env < actions.length; env++) actions[env] = actionOfRow[row[env]];
    },
  };
}

const constantPolicy = (name: string, action: number): Policy => ({
  name,
  act: (_observations, actions) => void actions.fill(action),
});

function flatAction(targetWeights: readonly number[]): number {
  const action = targetWeights.indexOf(0);
  if (action < 0) throw noAction('flat', targetWeights);
  return action;
}

const noAction = (wanted: string, targetWeights: readonly number[]): InputError =>
  new InputError({
    what: `no action is ${wanted}`,
    where: 'targetWeights',
    rule: wanted === 'flat' ? 'a weight of 0' : 'a weight above 0',
    value: targetWeights,
  });

/** The index that `u` in [0, 1) falls on; probabilities add up to 1 but for rounding. */
function pick(probabilities: Float64Array, u: number): number {
  let reached = 0;
  for (let index = 0; index < probabilities.length; index++) {
    reached += probabilities[index];
    if (u < reached) return index;
  }
  return probabilities.findLastIndex((probability) => probability > 0);
}
