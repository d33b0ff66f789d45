/** What the env benchmarks share: the market, the options, the actions drawn before the clock starts, the clock. */

import { createRng } from '../core/rng.ts';
import { createCurriculum } from '../curricula/curriculum.ts';
import { curriculumConfig } from '../curricula/curriculumConfig.ts';
import { createExecutionModel } from '../market/execution/createExecutionModel.ts';
import { executionConfig } from '../market/execution/executionConfig.ts';
import { loadExecutionTable } from '../market/execution/loadExecutionTable.ts';
import { locateTable } from '../market/execution/locateTable.ts';
import type { Worlds } from '../market/worlds.ts';
import { makeReward } from '../rewards/reward.ts';
import { rewardConfig } from '../rewards/rewardConfig.ts';
import { randomWalkWorlds } from './randomWalkWorlds.ts';

/** Steps after which the actions begin again. */
export const CYCLE = 256;
/** A position is held for four bars on average before another target is drawn, as trained agents do or slower. */
export const REDRAW = 0.25;
const EPISODE_BARS = 2000;

export interface Timed {
  /** Steps a second of each repeat. */
  readonly rates: readonly number[];
  readonly checksum: string;
}

export type EnvSetup = ReturnType<typeof makeSetup>;

export const benchWorlds = (): Worlds =>
  randomWalkWorlds({ seed: 1, paths: 20, barsPerPath: 5000, window: 32, features: 7 });

/** Options of a trading env at fully sampled costs, over these worlds. */
export function makeSetup(worlds: Worlds = benchWorlds()) {
  const config = executionConfig.parse({});
  const { instrument, timeframeMs } = worlds;
  return {
    worlds,
    source: createCurriculum({ stages: curriculumConfig.parse({}).stages, episodeBars: EPISODE_BARS, worlds }),
    execution: createExecutionModel({
      table: loadExecutionTable(locateTable(config.table)),
      instrument,
      timeframeMs,
      config,
    }),
    reward: makeReward(rewardConfig.parse({})),
    targetWeights: [-1, 0, 1],
    startEquity: 100_000,
  };
}

/** (CYCLE, width) */
export function drawActions(width: number, redraw: number): Int32Array[] {
  const actions = Array.from({ length: CYCLE }, () => new Int32Array(width));
  for (let env = 0; env < width; env++) {
    const rng = createRng(11).fork(`env${env}`);
    let action = rng.int(3);
    for (const step of actions) {
      if (rng.next() < redraw) action = rng.int(3);
      step[env] = action;
    }
  }
  return actions;
}

/** Rates of `repeats` runs of `steps` steps each; a first run warms up and is not counted. */
export function repeat(repeats: number, steps: number, run: () => void): number[] {
  run();
  return Array.from({ length: repeats }, () => rateOf(steps, run));
}

/** Steps a second of one run. */
export function rateOf(steps: number, run: () => void): number {
  const start = performance.now();
  run();
  return steps / ((performance.now() - start) / 1000);
}
