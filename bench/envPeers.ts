/** The single env beside the gyms that people use: same bars, features, episodes, fee, interest; sides take turns. */

import { digest } from '../core/hash.ts';
import { createRng } from '../core/rng.ts';
import { median } from '../core/statistics.ts';
import { durationMs, HOUR_MS } from '../core/units.ts';
import { createCurriculum } from '../curricula/curriculum.ts';
import { TradingEnv } from '../envs/tradingEnv.ts';
import { createBars, type Bars } from '../market/data/bars.ts';
import type { ExecutionModel } from '../market/execution/executionModel.ts';
import { sessionAt } from '../market/sessions.ts';
import type { Worlds } from '../market/worlds.ts';
import type { BenchResult } from './benchResult.ts';
import { makeSetup, rateOf } from './envSetup.ts';
import { startPeer } from './peers/peer.ts';

const BARS = 99_833;
const SEED = 7;
const WINDOW = 32;
const FEATURES = 5;
const VOLUME_BARS = 168;
const EPISODE_BARS = 2000;
const FEE = 0.0005;
const INTEREST = 1e-5;
const REPEATS = 7;
/** Steps of one timed run: a gym's, and ours, which would be over too soon to be timed. */
const PEER_STEPS = 20_000;
const OUR_STEPS = 400_000;
const START_MS = Date.UTC(2015, 0, 1);

/** What the gyms charge: a fee on what is traded and interest on what is borrowed, the same at every fill. */
const GYM_COSTS: ExecutionModel = {
  halfSpreadBps: () => 0,
  slippageBps: () => 0,
  latencyMs: () => 0,
  latencyBudgetMs: Infinity,
  takerFeeBps: FEE * 1e4,
  makerFeeBps: FEE * 1e4,
  borrowRatePerBar: INTEREST,
  cashRatePerBar: INTEREST,
};

/**
 * Steps per second with a materialized 32-bar window of 5 static features and the account's own (two in the gyms, five here).
 *
 * Ours runs twice: with the gyms' own mechanics, which the ratios are of, and with fully sampled costs.
 * Empty where no Python with the gyms is named (see `bench/peers/requirements.txt`).
 */
export async function comparePeerEnvs(): Promise<BenchResult> {
  const worlds = logNormalWorlds();
  const rng = createRng(SEED).fork('actions');
  const actions = Int32Array.from({ length: PEER_STEPS }, () => rng.int(3));
  const { bars, context } = worlds;
  const work = { bars, features: context.matrix, window: WINDOW, episodeBars: EPISODE_BARS };
  const peer = await startPeer('envs.py', { ...work, fee: FEE, interest: INTEREST, actions });
  const [plain, full] = [GYM_COSTS, makeSetup(worlds).execution].map((execution) => makeEnv(worlds, execution));
  const rates: Record<string, number[]> = { gymAnytrading: [], gymTradingEnv: [], plain: [], full: [] };
  try {
    for (const env of [plain, full]) walk(env, actions);
    for (let i = 0; i < (peer === null ? 0 : REPEATS); i++) {
      rates.plain.push(rateOf(OUR_STEPS, () => walk(plain, actions)));
      rates.full.push(rateOf(OUR_STEPS, () => walk(full, actions)));
      const theirs = (await peer?.round()) as Record<'gymAnytrading' | 'gymTradingEnv', number>;
      rates.gymAnytrading.push(theirs.gymAnytrading);
      rates.gymTradingEnv.push(theirs.gymTradingEnv);
    }
  } finally {
    peer?.stop();
  }
  const checksum = digest(...[plain, full].map((env) => env.reset({ seed: SEED }).observation));
  if (peer === null) return { metrics: {}, ratios: {}, checksum };
  const [anytrading, tradingEnv, ours, oursFull] = Object.values(rates).map((values) => median(values) ?? NaN);
  return {
    metrics: {
      gymAnytradingStepsPerSecond: anytrading,
      gymTradingEnvStepsPerSecond: tradingEnv,
      gymMechanicsStepsPerSecond: ours,
      gymBarsFullCostsStepsPerSecond: oursFull,
    },
    ratios: {
      vsGymAnytrading: ours / anytrading,
      vsGymTradingEnv: ours / tradingEnv,
      vsGymAnytradingFullCosts: oursFull / anytrading,
      vsGymTradingEnvFullCosts: oursFull / tradingEnv,
    },
    checksum,
  };
}

function makeEnv(worlds: Worlds, execution: ExecutionModel): TradingEnv {
  const stages = [{ name: 'all', regimes: null, costs: 'sample', share: 1 }] as const;
  const source = createCurriculum({ stages, episodeBars: EPISODE_BARS, worlds });
  return new TradingEnv({ ...makeSetup(worlds), source, execution, seed: SEED });
}

function walk(env: TradingEnv, actions: Int32Array): void {
  env.reset({ seed: SEED });
  for (let t = 0; t < OUR_STEPS; t++) {
    const { terminated, truncated } = env.step(actions[t % PEER_STEPS]);
    if (terminated || truncated) env.reset();
  }
}

/** Hourly log-normal closes with a range around them, and the five usual features of a bar. */
function logNormalWorlds(): Worlds {
  const rng = createRng(SEED);
  const bars = createBars(BARS);
  let price = 100;
  for (let row = 0; row < BARS; row++) {
    const open = price;
    price *= Math.exp(0.005 * rng.normal());
    bars.openTimeMs[row] = START_MS + row * HOUR_MS;
    bars.open[row] = open;
    bars.close[row] = price;
    bars.high[row] = Math.max(open, price) * (1 + 0.002 * rng.next());
    bars.low[row] = Math.min(open, price) * (1 - 0.002 * rng.next());
    bars.volume[row] = Math.exp(rng.normal());
  }
  const matrix = computeFeatures(bars);
  return {
    instrument: 'BTCUSDT',
    timeframeMs: durationMs(HOUR_MS),
    bars,
    regime: new Uint8Array(BARS),
    session: Uint8Array.from(bars.openTimeMs, sessionAt),
    paths: [{ name: 'hours', from: 0, to: BARS, regime: null }],
    context: { matrix, rows: BARS, features: FEATURES, window: WINDOW },
    warmupBars: WINDOW - 1,
  };
}

/** (BARS, FEATURES) close return, open / close, high / close, low / close, volume / its highest of a week. */
function computeFeatures({ open, high, low, close, volume }: Bars): Float32Array {
  const matrix = new Float32Array(BARS * FEATURES);
  for (let row = 0; row < BARS; row++) {
    const highest = Math.max(...volume.subarray(Math.max(0, row - VOLUME_BARS + 1), row + 1));
    matrix.set(
      [
        row === 0 ? 0 : close[row] / close[row - 1] - 1,
        open[row] / close[row],
        high[row] / close[row],
        low[row] / close[row],
        volume[row] / highest,
      ],
      row * FEATURES,
    );
  }
  return matrix;
}
