/** A market that is held slab by slab, small enough for a test. */

import { join } from 'node:path';
import { writeWalkFile } from '../../../bench/walkFile.ts';
import { runConfig, type RunConfig } from '../../../experiments/runConfig.ts';

/** Twenty-eight days of minutes: three weeks to learn from, three days to choose by, one to judge by. */
const BARS = 40_000;
export const TRAIN_BARS = 21 * 1440;

export async function writeSlabFile(folder: string): Promise<string> {
  const file = join(folder, 'walk.parquet');
  await writeWalkFile(file, BARS);
  return file;
}

/** @param file a store's address, so that it is held in slabs though it would fit */
export function slabConfig(
  file: string,
  changes: { seed?: number; budgetMb?: number; slabSteps?: number } = {},
): RunConfig {
  const { seed = 1, budgetMb = 194, slabSteps = 512 } = changes;
  const shared = { numEnvs: 8, totalSteps: 2_048, network: { kind: 'mlp', hidden: [8] } };
  return runConfig.parse({
    name: 'slabs',
    seed,
    market: {
      kind: 'bars',
      instrument: 'BTCUSDT',
      file: `parquet:${file}`,
      split: {
        train: { from: '2000-01-01', to: '2000-01-22' },
        validation: { from: '2000-01-22', to: '2000-01-25' },
        test: { from: '2000-01-25', to: '2000-01-26' },
      },
      memory: { budgetMb, slabSteps, stretches: 4 },
      regimes: { bars: 24 },
    },
    features: [{ kind: 'logReturn' }, { kind: 'rsi', period: 14 }],
    window: 3,
    curriculum: { episodeBars: 64 },
    training: { workers: 1, checkpointEverySteps: 700, validateEverySteps: 2_048, metricsEverySteps: 512 },
    agents: [
      { ...shared, name: 'dqn', kind: 'dqn', learningStarts: 200, trainFrequency: 16, nStep: 3 },
      { ...shared, name: 'ppo', kind: 'ppo', numSteps: 32 },
    ],
  });
}
