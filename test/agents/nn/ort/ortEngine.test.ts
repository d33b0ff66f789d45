import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createOrtEngine } from '../../../../agents/nn/ort/ortEngine.ts';
import { testEngineContract } from '../../../contracts/engineContract.ts';
import { createTrainer } from '../helpers/qNetwork.ts';

const engine = createOrtEngine();

describe('the onnxruntime engine', () => {
  testEngineContract(() => engine);

  it('the same program on the same batches gives the same weights, bit for bit', async () => {
    const [a, b] = [await createTrainer(engine), await createTrainer(engine)];
    for (let i = 0; i < 50; i++) expect(a.step()).to.equal(b.step());
    expect(a.variables.hash()).to.equal(b.variables.hash());
  });

  it('another process gets the same weights', async function () {
    this.timeout(60_000);
    const trainer = await createTrainer(engine);
    for (let i = 0; i < 50; i++) trainer.step();
    const script = `
      const { createOrtEngine } = await import('${new URL('../../../../agents/nn/ort/ortEngine.ts', import.meta.url)}');
      const { createTrainer } = await import('${new URL('../helpers/qNetwork.ts', import.meta.url)}');
      const trainer = await createTrainer(createOrtEngine());
      for (let i = 0; i < 50; i++) trainer.step();
      process.stdout.write(trainer.variables.hash());`;
    const other = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(other).to.equal(trainer.variables.hash());
  });

  it('memory does not grow over thousands of updates', async () => {
    const { step } = await createTrainer(engine);
    for (let i = 0; i < 1000; i++) step();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 5000; i++) step();
    const grownMiB = (process.memoryUsage().rss - before) / 2 ** 20;
    expect(grownMiB).to.be.below(24);
  });
});
