/** The Bayes-optimal trader of the two-regime market: a belief filter, and dynamic programming over belief and position. */

import { InputError } from '../core/errors.ts';
import { BPS } from '../core/units.ts';
import type { MarkovMarketConfig } from './markovMarketConfig.ts';

/** Position of each action, in its order. */
export const MARKOV_POSITIONS = [-1, 0, 1] as const;
const NUM_POSITIONS = MARKOV_POSITIONS.length;

/** Log odds at which the grid of beliefs ends: one in three thousand. */
const MAX_LOG_ODDS = 8;
/** The normal distribution by the trapezoid rule, exact to rounding for integrands as smooth as these. */
const Z_STEP = 0.25;
const Z_MAX = 6;

export interface MarkovSolution {
  /** Expected log growth of a whole episode that starts flat and knowing nothing. */
  readonly value: number;
  /** Best action, an index into MARKOV_POSITIONS. @param belief probability that the last bar's regime was the rising one */
  action(barsLeft: number, belief: number, position: number): number;
}

/**
 * P(the bar's regime was the rising one), given all returns up to the bar.
 *
 * @param belief of the bar before; 0.5 before the first
 */
export function filterBelief({ mu, sigma, stay }: MarkovMarketConfig, belief: number, simpleReturn: number): number {
  const prior = predictRising(stay, belief);
  const odds = (prior / (1 - prior)) * Math.exp((2 * mu * simpleReturn) / sigma ** 2);
  return odds === Infinity ? 1 : odds / (1 + odds);
}

/** P(the next bar is a rising one). */
const predictRising = (stay: number, belief: number): number => belief * stay + (1 - belief) * (1 - stay);

/**
 * Log of what a trade leaves of the equity, in the arithmetic of `Accounts`.
 *
 * The notional n, a fraction of equity, satisfies from +- n = to * (1 - rate * n).
 */
export function logTradeCost(costBps: number, from: number, to: number): number {
  const rate = costBps * BPS;
  return Math.log(1 - (rate * Math.abs(to - from)) / (1 + rate * Math.sign(to - from) * to));
}

/**
 * Backward induction over the bars of an episode, exact but for the grid and the quadrature.
 *
 * V(n, b, p) = max over a of cost(p, a) + E[log(1 + a r) + V(n - 1, b', a)], r from the mixture that belief b predicts,
 * b' the filtered belief after r, V(0) = 0. Beliefs lie on a grid that is even in log odds; between its points V is
 * linear. A position is held at its weight: a short that price has carried away from -1 (which accounts do not trade
 * back) is taken for -1.
 *
 * @param gridPoints of belief, odd so that one is exactly one half
 */
export function solveMarkovMarket(config: MarkovMarketConfig, gridPoints = 401): MarkovSolution {
  if (!Number.isInteger(gridPoints) || gridPoints < 3 || gridPoints % 2 === 0) {
    throw new InputError({ what: 'bad grid', where: 'gridPoints', rule: 'odd, at least 3', value: gridPoints });
  }
  const { costBps, episodeBars } = config;
  const step = (2 * MAX_LOG_ODDS) / (gridPoints - 1);
  const gridAt = (belief: number) => (clampLogOdds(Math.log(belief / (1 - belief))) + MAX_LOG_ODDS) / step;
  const beliefs = Float64Array.from({ length: gridPoints }, (_, g) => 1 / (1 + Math.exp(MAX_LOG_ODDS - g * step)));
  const { next, weight, growth } = lookAhead(config, beliefs, gridAt);
  const costs = MARKOV_POSITIONS.map((from) => MARKOV_POSITIONS.map((to) => logTradeCost(costBps, from, to)));

  let value = new Float64Array(NUM_POSITIONS * gridPoints);
  let previous = new Float64Array(NUM_POSITIONS * gridPoints);
  const actions = new Uint8Array((episodeBars + 1) * NUM_POSITIONS * gridPoints);
  const perBelief = weight.length / gridPoints;
  const worth = new Float64Array(NUM_POSITIONS);
  for (let barsLeft = 1; barsLeft <= episodeBars; barsLeft++) {
    [value, previous] = [previous, value];
    for (let g = 0; g < gridPoints; g++) {
      for (let a = 0; a < NUM_POSITIONS; a++) {
        let sum = growth[g * NUM_POSITIONS + a];
        for (let k = g * perBelief; k < (g + 1) * perBelief; k++) {
          const at = Math.min(Math.floor(next[k]), gridPoints - 2);
          const share = next[k] - at;
          const first = a * gridPoints + at;
          sum += weight[k] * (previous[first] + share * (previous[first + 1] - previous[first]));
        }
        worth[a] = sum;
      }
      for (let p = 0; p < NUM_POSITIONS; p++) {
        let best = p;
        for (let a = 0; a < NUM_POSITIONS; a++) if (costs[p][a] + worth[a] > costs[p][best] + worth[best]) best = a;
        value[p * gridPoints + g] = costs[p][best] + worth[best];
        actions[(barsLeft * NUM_POSITIONS + p) * gridPoints + g] = best;
      }
    }
  }
  const flat = MARKOV_POSITIONS.indexOf(0);
  return {
    value: value[flat * gridPoints + (gridPoints - 1) / 2],
    action(barsLeft, belief, position) {
      const g = Math.round(gridAt(belief));
      return actions[(barsLeft * NUM_POSITIONS + MARKOV_POSITIONS.indexOf(Math.sign(position) as 0)) * gridPoints + g];
    },
  };
}

/** What one bar may bring from each belief: grid position of the belief after it, its probability, mean log growth. */
function lookAhead(config: MarkovMarketConfig, beliefs: Float64Array, gridAt: (belief: number) => number) {
  const { mu, sigma, stay } = config;
  const z = Float64Array.from({ length: 2 * Math.round(Z_MAX / Z_STEP) + 1 }, (_, i) => i * Z_STEP - Z_MAX);
  const density = z.map((x) => Math.exp(-(x ** 2) / 2));
  const mass = density.reduce((sum, x) => sum + x, 0);
  const perBelief = 2 * z.length;
  const next = new Float64Array(beliefs.length * perBelief);
  const weight = new Float64Array(next.length);
  const growth = new Float64Array(beliefs.length * NUM_POSITIONS);
  beliefs.forEach((belief, g) => {
    const rising = predictRising(stay, belief);
    for (let k = 0; k < perBelief; k++) {
      const isRising = k < z.length;
      const i = k % z.length;
      const simpleReturn = (isRising ? mu : -mu) + sigma * z[i];
      const probability = ((isRising ? rising : 1 - rising) * density[i]) / mass;
      next[g * perBelief + k] = gridAt(filterBelief(config, belief, simpleReturn));
      weight[g * perBelief + k] = probability;
      MARKOV_POSITIONS.forEach((position, a) => {
        growth[g * NUM_POSITIONS + a] += probability * Math.log1p(position * simpleReturn);
      });
    }
  });
  return { next, weight, growth };
}

const clampLogOdds = (x: number): number => Math.min(MAX_LOG_ODDS, Math.max(-MAX_LOG_ODDS, x));
