import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { slabConfig, writeSlabFile } from '../experiments/slabs/slabMarket.ts';
import { regimen, regimenJson } from '../helpers/regimenCommand.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

interface JobResult {
  readonly runDir: string;
  readonly agents: readonly { readonly name: string }[];
  readonly liveParity: { readonly bars: number; readonly maxAbsEquityDiff: number };
}

describe('the whole job on bars that exceed their budget', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  it('trains two agents in threads of their own, each slab by slab, judges and replays them', async () => {
    const config = join(folder, 'slabs.json');
    const { $schema: _none, ...slabs } = slabConfig(await writeSlabFile(folder), { budgetMb: 292 });
    const evaluation = {
      bootstrap: { resamples: 100 },
      randomReplicas: 1,
      gates: [{ kind: 'maxDrawdown', limit: -0.9 }],
    };
    writeFileSync(config, JSON.stringify({ ...slabs, training: { ...slabs.training, workers: 2 }, evaluation }));

    const whole = regimenJson<JobResult>('run', config, '--runs-dir', folder);
    // The day that was asked for, and all of it: in the evaluation, in the live replay, and when it is judged again.
    const asked = { from: '2000-01-25T00:00:00.000Z', to: '2000-01-26T00:00:00.000Z', bars: 1440 };
    const judged = JSON.parse(readFileSync(join(whole.runDir, 'evaluation.json'), 'utf8'));
    expect(judged.parts.test).to.deep.equal({ asked, used: { ...asked, stretches: 1 }, lost: [] });
    expect(judged.regimeLabels).to.equal('knownBefore');
    for (const { test } of [...judged.agents, ...judged.benchmarks]) expect(test.bars / test.paths).to.equal(1440);
    expect(whole.liveParity.bars).to.equal(1440);
    const args = ['--runs-dir', folder];
    const again = regimenJson<{ parts: object }>('evaluate', whole.runDir, ...args);
    expect(again.parts).to.deep.equal(judged.parts);
    const live = regimenJson<{ traded: object }>('live', '--run', whole.runDir, '--agent', 'ppo', ...args);
    expect(live.traded).to.deep.equal(asked);
    expect(whole.liveParity.maxAbsEquityDiff).to.be.at.most(1e-9);
    const lines = readFileSync(join(whole.runDir, 'metrics.jsonl'), 'utf8').trim().split('\n');
    for (const { name } of whole.agents) {
      const last = lines.map((line) => JSON.parse(line)).findLast(({ agent }) => agent === name);
      expect(last.metrics['train/slab'], name).to.be.at.least(2);
    }
    expect(readFileSync(join(whole.runDir, 'log.jsonl'), 'utf8')).to.contain('learned in slabs');
  });

  it('refuses a budget that has no room before it leaves a folder', async () => {
    const config = join(folder, 'tight.json');
    const tight = slabConfig(await writeSlabFile(folder), { budgetMb: 150 });
    writeFileSync(config, JSON.stringify({ ...tight, name: 'tight' }));
    const { code, stderr } = regimen('run', config, '--runs-dir', folder);
    expect(code, stderr).to.equal(2);
    expect(stderr).to.match(/market\.memory\.budgetMb.*at least \d+/s);
  });
});
