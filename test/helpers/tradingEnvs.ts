import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { durationMs, HOUR_MS } from '../../core/units.ts';
import { createCurriculum } from '../../curricula/curriculum.ts';
import { walkPaths } from '../../curricula/walkPaths.ts';
import { TradingVectorEnv, type TradingVectorEnvOptions } from '../../envs/tradingVectorEnv.ts';
import { createBars } from '../../market/data/bars.ts';
import type { Worlds } from '../../market/worlds.ts';
import { makeReward } from '../../rewards/reward.ts';
import { rewardConfig } from '../../rewards/rewardConfig.ts';
import { constantExecution, drawnExecution } from './constantExecution.ts';

/** One path of hand-written bars, flat to the last digit where nothing is said, without warm-up. */
export function handWorlds(open: readonly number[], close: readonly number[] = open): Worlds {
  const bars = createBars(close.length);
  for (let row = 0; row < close.length; row++) {
    bars.openTimeMs[row] = row * HOUR_MS;
    bars.open[row] = open[row];
    bars.close[row] = close[row];
    bars.high[row] = Math.max(open[row], close[row]);
    bars.low[row] = Math.min(open[row], close[row]);
  }
  return {
    instrument: 'BTCUSDT',
    timeframeMs: durationMs(HOUR_MS),
    bars,
    regime: new Uint8Array(close.length),
    session: new Uint8Array(close.length),
    paths: [{ name: 'hand', from: 0, to: close.length, regime: null }],
    context: { matrix: new Float32Array(close.length), rows: close.length, features: 1, window: 1 },
    warmupBars: 0,
  };
}

/** A single account that walks a whole hand-written path; free of cost unless told otherwise. */
export function handEnv(worlds: Worlds, options: Partial<TradingVectorEnvOptions> = {}): TradingVectorEnv {
  return new TradingVectorEnv({
    worlds,
    numEnvs: 1,
    source: walkPaths(worlds.paths, worlds.warmupBars, 'sample'),
    execution: constantExecution(),
    reward: makeReward(rewardConfig.parse({})),
    targetWeights: [-1, 0, 1],
    startEquity: 1000,
    rng: createRng(1),
    ...options,
  });
}

/** Envs on random walks with drawn costs, in short episodes so that many end. */
export function walkEnv(
  seed: number,
  numEnvs: number,
  options: Partial<TradingVectorEnvOptions> = {},
): TradingVectorEnv {
  const worlds = options.worlds ?? randomWalkWorlds({ seed: 5, barsPerPath: 200 });
  const stages = [{ name: 'all', regimes: null, costs: 'sample', share: 1 }] as const;
  return handEnv(worlds, {
    numEnvs,
    source: createCurriculum({ stages, episodeBars: 40, worlds }),
    execution: drawnExecution(),
    startEquity: 10_000,
    rng: createRng(seed),
    ...options,
  });
}
