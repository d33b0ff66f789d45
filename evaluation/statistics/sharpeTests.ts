/** Is a Sharpe ratio more than luck? Bailey and Lopez de Prado, 2012 and 2014: https://ssrn.com/abstract=2460551 */

import { normalCdf, normalQuantile, rawKurtosis, skewness, variance } from '../../core/statistics.ts';
import { sharpePerBar } from '../ratios.ts';

/** What the tests need to know of a series of returns; nothing here is annualized. */
export interface SharpeSample {
  /** Mean over standard deviation, per bar. */
  readonly sharpe: number;
  readonly bars: number;
  readonly skewness: number;
  /** 3 for a normal distribution: raw, not excess. */
  readonly rawKurtosis: number;
}

/** Every trial that was ever judged: what the best of them is the best of. */
export interface Trials {
  readonly count: number;
  /** Per-bar Sharpe ratios of those trials that have one, at the same timeframe. */
  readonly sharpes: readonly number[];
}

const EULER_MASCHERONI = 0.5772156649015329;

/** Null where the returns have no Sharpe ratio. */
export function describeSharpe(returns: Float64Array): SharpeSample | null {
  const sharpe = sharpePerBar(returns);
  const asymmetry = skewness(returns);
  const tails = rawKurtosis(returns);
  if (sharpe === null || asymmetry === null || tails === null) return null;
  return { sharpe, bars: returns.length, skewness: asymmetry, rawKurtosis: tails };
}

/**
 * Probability that the true Sharpe ratio exceeds `benchmarkSharpe`, per bar.
 *
 * Null hypothesis: the true ratio equals the benchmark. Assumes bars that are independent and alike, of any skew and tails.
 * Null for fewer than two bars, or where the ratio's standard error vanishes.
 */
export function probabilisticSharpe(sample: SharpeSample, benchmarkSharpe: number): number | null {
  const { sharpe, bars, skewness: g3, rawKurtosis: g4 } = sample;
  const scale = 1 - g3 * sharpe + ((g4 - 1) / 4) * sharpe ** 2;
  if (bars < 2 || !(scale > 0)) return null;
  return normalCdf(((sharpe - benchmarkSharpe) * Math.sqrt(bars - 1)) / Math.sqrt(scale));
}

/** The Sharpe ratio to expect of the luckiest of `trials` without any skill; 0 for one trial. @param spread variance of their ratios */
export function expectedMaximumSharpe(trials: number, spread: number): number {
  if (trials <= 1) return 0;
  const best =
    (1 - EULER_MASCHERONI) * normalQuantile(1 - 1 / trials) +
    EULER_MASCHERONI * normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(spread) * best;
}

/**
 * Probability that the true Sharpe ratio exceeds what the best of all trials would show by luck.
 *
 * Null hypothesis: the true ratio is the expected maximum of `trials.count` skill-less ones. The variance of the trials' ratios
 * is measured; with fewer than two of them it is that of a skill-less ratio over as many bars, 1 / (bars - 1).
 *
 * @returns in [0, 1], null as in {@link probabilisticSharpe}
 */
export function deflatedSharpe(sample: SharpeSample, trials: Trials): number | null {
  if (sample.bars < 2) return null;
  const spread = variance(trials.sharpes) ?? 1 / (sample.bars - 1);
  return probabilisticSharpe(sample, expectedMaximumSharpe(trials.count, spread));
}
