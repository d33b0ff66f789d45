/** Worlds for benchmarks and laws: random walks in which nothing observed says anything about what follows. */

import { createRng } from '../core/rng.ts';
import { durationMs, HOUR_MS } from '../core/units.ts';
import { createBars } from '../market/data/bars.ts';
import { REGIMES } from '../market/regimes/regime.ts';
import { sessionAt } from '../market/sessions.ts';
import type { Path, Worlds } from '../market/worlds.ts';

export interface RandomWalkOptions {
  readonly seed?: number;
  readonly paths?: number;
  readonly barsPerPath?: number;
  readonly window?: number;
  /** Log returns over 1, 2, ... bars, in units of the walk's volatility. */
  readonly features?: number;
  readonly warmupBars?: number;
  /** Standard deviation of one bar's log return, a third of its variance between close and open. */
  readonly volatility?: number;
}

/** A thousand weeks after the epoch: a Thursday. */
const START_MS = 604_800_000_000;

/** Hourly bars whose price is a martingale: the next return is independent of the past and zero on average. */
export function randomWalkWorlds(options: RandomWalkOptions = {}): Worlds {
  const { seed = 1, paths: numPaths = 4, barsPerPath = 500, window = 8, features = 4, volatility = 0.01 } = options;
  const warmupBars = options.warmupBars ?? Math.max(window - 1, features);
  const rows = numPaths * barsPerPath;
  const rng = createRng(seed).fork('walk');
  const bars = createBars(rows);
  const paths = Array.from({ length: numPaths }, (_, index): Path => {
    const from = index * barsPerPath;
    return { name: `walk${index}`, from, to: from + barsPerPath, regime: REGIMES[index % REGIMES.length] };
  });
  const factor = (share: number) => {
    const deviation = volatility * Math.sqrt(share);
    return Math.exp(deviation * rng.normal() - deviation ** 2 / 2);
  };
  for (const path of paths) {
    let price = 100;
    for (let row = path.from; row < path.to; row++) {
      const open = price * factor(1 / 3);
      price = open * factor(2 / 3);
      bars.openTimeMs[row] = START_MS + row * HOUR_MS;
      bars.open[row] = open;
      bars.high[row] = Math.max(open, price);
      bars.low[row] = Math.min(open, price);
      bars.close[row] = price;
      bars.volume[row] = 1 + rng.next();
    }
  }
  const matrix = new Float32Array(rows * features);
  for (const { from, to } of paths) {
    for (let row = from; row < to; row++) {
      for (let lag = 1; lag <= Math.min(features, row - from); lag++) {
        matrix[row * features + lag - 1] = Math.log(bars.close[row] / bars.close[row - lag]) / volatility;
      }
    }
  }
  return {
    instrument: 'BTCUSDT',
    timeframeMs: durationMs(HOUR_MS),
    bars,
    regime: Uint8Array.from({ length: rows }, (_, row) => Math.floor(row / barsPerPath) % REGIMES.length),
    session: Uint8Array.from(bars.openTimeMs, (time) => sessionAt(time)),
    paths,
    context: { matrix, rows, features, window },
    warmupBars,
  };
}
