import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { systemClock } from '../../../core/clock.ts';
import { createRng } from '../../../core/rng.ts';
import { RunFolder } from '../../../core/storage/runFolder.ts';
import { timeMs } from '../../../core/units.ts';
import { buildMarket } from '../../../experiments/market.ts';
import { hashConfig, type RunConfig } from '../../../experiments/runConfig.ts';
import type { MetricsLine } from '../../../experiments/runLog.ts';
import { trainAgent, type TrainAgentOptions } from '../../../experiments/trainAgent.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { slabConfig, writeSlabFile } from './slabMarket.ts';

describe('training slab by slab', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let file: string;
  let runs = 0;
  const createRun = (config: RunConfig) =>
    RunFolder.create(
      folder,
      { experiment: 'slabs', seed: config.seed, configHash: hashConfig(config) },
      timeMs(++runs),
    );
  const sit = async (
    config: RunConfig,
    agent: string,
    run: RunFolder,
    {
      isStopped = () => false,
      onProgress = () => undefined,
    }: Partial<Pick<TrainAgentOptions, 'isStopped' | 'onProgress'>> = {},
  ) =>
    trainAgent({
      config,
      agent,
      run,
      market: await buildMarket(config, createRng(config.seed)),
      clock: systemClock,
      deadlineMs: null,
      isStopped,
      onProgress,
    });
  const weights = async (config: RunConfig, agent: string) =>
    (await sit(config, agent, createRun(config))).trained?.weightsHash;

  before(async () => {
    file = await writeSlabFile(folder);
  });

  for (const agent of ['dqn', 'ppo']) {
    it(`${agent}: stopped again and again, before and after changes of slab, it ends at the weights of an uninterrupted run`, async () => {
      const config = slabConfig(file);
      const whole = createRun(config);
      const { trained } = await sit(config, agent, whole);
      const slabs = (whole.readLines('metrics.jsonl') as MetricsLine[]).map(({ metrics }) => metrics['train/slab']);
      expect(slabs.at(-1)).to.be.at.least(3);

      const run = createRun(config);
      const sittings: number[] = [];
      // Vector steps of 8: onto a change of slab for both agents, and just over it.
      for (const vectorSteps of [64, 1]) {
        let left = vectorSteps;
        const { outcome, steps } = await sit(config, agent, run, { isStopped: () => left-- <= 0 });
        expect(outcome).to.equal('interrupted');
        sittings.push(steps);
      }
      expect(sittings).to.deep.equal([512, 520]);
      // Killed between two checkpoints, after another change.
      const die = (fraction: number) => {
        if (fraction > 0.7) throw new Error('killed');
      };
      expect(await sit(config, agent, run, { onProgress: die }).catch(String)).to.equal('Error: killed');
      const resumed = await sit(config, agent, run);
      expect(resumed.trained?.weightsHash).to.equal(trained?.weightsHash);
      if (agent === 'dqn') return;
      expect(await weights(slabConfig(file, { seed: 2 }), agent)).not.to.equal(trained?.weightsHash);
    });
  }
});
