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
    expect(whole.liveParity.bars).to.be.greaterThan(1_400);
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
