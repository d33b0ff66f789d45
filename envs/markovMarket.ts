/** Bars of a two-regime Markov-switching market: the world in which the best possible trader is known. */

import type { Rng } from '../core/rng.ts';
import { durationMs, HOUR_MS } from '../core/units.ts';
import { createBars } from '../market/data/bars.ts';
import { buildContext } from '../market/features/buildContext.ts';
import { makeFeatureSet } from '../market/features/featureSet.ts';
import type { FeaturesConfig } from '../market/features/featuresConfig.ts';
import { fitNormalizer } from '../market/features/fitNormalizer.ts';
import { normalizerConfig, type Normalizer } from '../market/features/normalizer.ts';
import { REGIMES } from '../market/regimes/regime.ts';
import { sessionAt } from '../market/sessions.ts';
import type { Path, Worlds } from '../market/worlds.ts';
import type { MarkovMarketConfig } from './markovMarketConfig.ts';

export interface MarkovWorldsOptions {
  readonly config: MarkovMarketConfig;
  /** One episode each. */
  readonly numPaths: number;
  /** Bars before the first observed one. */
  readonly warmupBars: number;
  readonly features: FeaturesConfig;
  /** Fitted on these very paths where absent. */
  readonly normalizer?: Normalizer;
  readonly rng: Rng;
}

/** A thousand weeks after the epoch: a Thursday. */
const START_MS = 604_800_000_000;
/** A return that would take the price below zero is cut off here; at sigma 0.01 it takes a move of 90 deviations. */
const WORST_RETURN = -0.9;

/**
 * Independent paths of `warmupBars + episodeBars + 1` bars, each an episode, with causal features of the bars alone.
 *
 * Simple return of a bar: +-mu + sigma * normal, the sign that of the bar's regime, which starts either way with equal
 * probability and stays with probability `stay`. A bar opens at the close before it: an order chosen on a close fills at
 * that price. The regime of a row labels it for judging and is never observed.
 */
export function createMarkovWorlds(options: MarkovWorldsOptions): Worlds & { readonly normalizer: Normalizer } {
  const { config, numPaths, warmupBars, rng } = options;
  const { mu, sigma, stay, episodeBars } = config;
  const pathBars = warmupBars + episodeBars + 1;
  const rows = numPaths * pathBars;
  const bars = createBars(rows);
  const regime = new Uint8Array(rows);
  const [rising, falling] = [REGIMES.indexOf('uptrend'), REGIMES.indexOf('downtrend')];
  const paths = Array.from({ length: numPaths }, (_, i): Path => ({
    name: `markov${i}`,
    from: i * pathBars,
    to: (i + 1) * pathBars,
    regime: null,
  }));
  for (const { name, from, to } of paths) {
    const luck = rng.fork(name);
    let isRising = luck.next() < 0.5;
    let price = 100;
    for (let row = from; row < to; row++) {
      if (row > from && luck.next() >= stay) isRising = !isRising;
      const simpleReturn = (isRising ? mu : -mu) + sigma * luck.normal();
      bars.openTimeMs[row] = START_MS + row * HOUR_MS;
      bars.open[row] = price;
      price *= 1 + Math.max(WORST_RETURN, simpleReturn);
      bars.close[row] = price;
      bars.high[row] = Math.max(bars.open[row], price);
      bars.low[row] = Math.min(bars.open[row], price);
      bars.volume[row] = 1;
      regime[row] = isRising ? rising : falling;
    }
  }
  const featureSet = makeFeatureSet(options.features);
  const normalizer =
    options.normalizer ?? fitNormalizer({ config: normalizerConfig.parse({}), featureSet, bars, paths });
  return {
    instrument: 'MARKOV',
    timeframeMs: durationMs(HOUR_MS),
    bars,
    regime,
    session: Uint8Array.from(bars.openTimeMs, (time) => sessionAt(time)),
    paths,
    context: buildContext({ bars, paths, featureSet, normalizer, window: 1 }),
    warmupBars,
    normalizer,
  };
}
