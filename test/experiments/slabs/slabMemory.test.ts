import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { writeWalkFile } from '../../../bench/walkFile.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const MEGABYTE = 1e6;
const BUDGET_MB = 224;
/** Networks, what an agent remembers, libraries that are loaded on the way. */
const BESIDE_MB = 96;
const program = fileURLToPath(new URL('../../../bench/slabPeak.ts', import.meta.url));

interface Peak {
  readonly peakBytes: number;
  readonly bars: number;
  readonly slabs: number;
}

const config = (file: string, memory: object | undefined) => ({
  name: 'memory',
  market: {
    kind: 'bars',
    instrument: 'BTCUSDT',
    file,
    split: {
      train: { from: '2000-01-01', to: '2003-09-01' },
      validation: { from: '2003-09-01', to: '2003-09-03' },
      test: { from: '2003-09-03', to: '2003-09-05' },
    },
    ...(memory !== undefined && { memory }),
  },
  features: [{ kind: 'logReturn' }, { kind: 'rsi', period: 14 }],
  curriculum: { episodeBars: 64 },
  training: { workers: 1, validateEverySteps: 5_000, metricsEverySteps: 500 },
  agents: [{ name: 'ppo', kind: 'ppo', numEnvs: 16, numSteps: 32, totalSteps: 5_000 }],
});

describe('two million bars', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  it('are learned from within the budget in several slabs; without one they take far more', async () => {
    const file = join(folder, 'walk.parquet');
    await writeWalkFile(file, 2_000_000);
    const train = async (name: string, memory?: object): Promise<Peak> => {
      const path = join(folder, `${name}.json`);
      writeFileSync(path, JSON.stringify(config(file, memory)));
      const child = spawn(process.execPath, [...process.execArgv, program, path]);
      const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      expect(child.exitCode, complained).to.equal(0);
      return JSON.parse(said) as Peak;
    };
    const budget = await train('budget', { budgetMb: BUDGET_MB, slabSteps: 1_000, stretches: 8 });
    expect(budget.bars).to.equal(2_000_000);
    expect(budget.slabs).to.be.at.least(4);
    expect(budget.peakBytes / MEGABYTE).to.be.at.most(BUDGET_MB + BESIDE_MB);
    const whole = await train('whole');
    expect(whole.slabs).to.equal(1);
    expect(whole.peakBytes / MEGABYTE).to.be.above(BUDGET_MB + BESIDE_MB);
    expect(whole.peakBytes).to.be.above(1.5 * budget.peakBytes);
  });
});
