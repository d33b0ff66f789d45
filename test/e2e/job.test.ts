import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { queryParquet } from '../../core/storage/parquet.ts';
import { regimen, regimenJson, startRegimen } from '../helpers/regimenCommand.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const config = fileURLToPath(new URL('tiny.yaml', import.meta.url));

interface JobResult {
  readonly runDir: string;
  readonly seconds: number;
  readonly features: { readonly seconds: number; readonly share: number };
  readonly agents: readonly {
    readonly name: string;
    readonly weightsHash: string;
    readonly gates: readonly unknown[];
    readonly promoted: boolean;
  }[];
  readonly benchmarks: Readonly<Record<string, { readonly totalReturn: number }>>;
  readonly liveParity: { readonly bars: number; readonly maxAbsEquityDiff: number };
}

const hashes = ({ agents }: JobResult) => agents.map(({ name, weightsHash }) => [name, weightsHash]);

describe('the whole job', function () {
  this.timeout(120_000);
  const runsDir = temporaryFolder();
  let whole: JobResult;

  it('trains, judges, promotes, replays on paper and reports, in one run folder', async () => {
    whole = regimenJson<JobResult>('run', config, '--runs-dir', runsDir);
    expect(whole.agents.map(({ name }) => name)).to.deep.equal(['dqn', 'ppo']);
    expect(whole.benchmarks).to.have.keys('buyAndHold', 'flat', 'random (dqn)', 'random (ppo)');
    expect(whole.benchmarks['flat'].totalReturn).to.equal(0);
    expect(whole.liveParity.bars).to.be.greaterThan(300);
    expect(whole.liveParity.maxAbsEquityDiff).to.be.at.most(1e-9);
    expect(whole.agents.filter(({ promoted }) => promoted)).to.have.length(1);
    for (const file of [
      'config.json',
      'normalizer.json',
      'evaluation.json',
      'policy.onnx',
      'report.html',
      'log.jsonl',
      'tensorboard/dqn',
    ]) {
      expect(existsSync(join(whole.runDir, file)), file).to.equal(true);
    }
    const [{ trades }] = await queryParquet(
      join(whole.runDir, 'trades.parquet'),
      'SELECT count(*)::INT AS trades FROM {path}',
    );
    expect(trades).to.be.greaterThan(0);
    expect(JSON.parse(readFileSync(join(whole.runDir, 'status.json'), 'utf8'))).to.include({ state: 'finished' });
    expect(whole.features.seconds).to.be.greaterThan(0);
    expect(whole.features.share).to.be.closeTo(whole.features.seconds / (whole.features.seconds + whole.seconds), 0.05);
  });

  it('the same config, seed and data give the same weights in another process', () => {
    const again = regimenJson<JobResult>('run', join(whole.runDir, 'config.json'), '--runs-dir', runsDir);
    expect(hashes(again)).to.deep.equal(hashes(whole));
    const other = regimenJson<JobResult>('train', config, '--set', 'seed=4', '--runs-dir', runsDir);
    expect((other as unknown as { agents: { weightsHash: string }[] }).agents[0].weightsHash).not.to.equal(
      whole.agents[0].weightsHash,
    );
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`a run stopped by ${signal} is finished by resume with the weights of an uninterrupted one`, async () => {
      const ownRuns = join(runsDir, signal);
      const child = startRegimen('run', config, '--runs-dir', ownRuns);
      await untilCheckpoint(ownRuns);
      child.kill(signal);
      const code = await new Promise((resolve) => child.on('exit', resolve));
      expect(code).to.equal(130);
      const run = join(ownRuns, readdirSync(ownRuns).find((name) => name.startsWith('tiny')) ?? '');
      expect(JSON.parse(readFileSync(join(run, 'status.json'), 'utf8'))).to.include({ state: 'interrupted' });
      const resumed = regimenJson<JobResult>('resume', run, '--runs-dir', ownRuns);
      expect(hashes(resumed)).to.deep.equal(hashes(whole));
      const steps = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
      expect(
        new Set(
          steps.map((line) => {
            const { agent, step } = JSON.parse(line);
            return `${agent} ${step}`;
          }),
        ).size,
      ).to.equal(steps.length);
    });
  }

  it('a run killed without warning is finished from its last checkpoint with the same weights', async () => {
    const ownRuns = join(runsDir, 'SIGKILL');
    const child = startRegimen('run', config, '--runs-dir', ownRuns);
    await untilCheckpoint(ownRuns);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));
    const run = join(ownRuns, readdirSync(ownRuns).find((name) => name.startsWith('tiny')) ?? '');
    expect(hashes(regimenJson<JobResult>('resume', run, '--runs-dir', ownRuns))).to.deep.equal(hashes(whole));
  });

  it('a torn checkpoint, or one of another config, is refused and left as it is', () => {
    const { runDir } = regimenJson<{ runDir: string }>('train', config, '--set', 'seed=9', '--runs-dir', runsDir);
    const checkpoint = join(runDir, 'checkpoints', 'dqn.ckpt');
    const bytes = readFileSync(checkpoint);
    writeFileSync(join(runDir, 'policies', 'dqn.json'), '');
    expect(regimen('resume', runDir, '--runs-dir', runsDir).code).to.equal(2);
    // Without its result the agent must go on from the checkpoint.
    rmSync(join(runDir, 'policies', 'dqn.json'));
    writeFileSync(checkpoint, bytes.subarray(0, bytes.length / 2));
    const torn = regimen('resume', runDir, '--runs-dir', runsDir);
    expect(torn.code).to.equal(2);
    expect(torn.stderr).to.contain('dqn.ckpt').and.contain('torn');
    writeFileSync(checkpoint, readFileSync(join(whole.runDir, 'checkpoints', 'dqn.ckpt')));
    const foreign = regimen('resume', runDir, '--runs-dir', runsDir);
    expect(foreign.code).to.equal(2);
    expect(foreign.stderr).to.contain('another config');
  });

  it('the champion is promoted, rolled back, forced and lived with on paper', () => {
    const { champion } = regimenJson<{ champion: { agent: string } }>('registry', '--runs-dir', runsDir);
    expect(['dqn', 'ppo']).to.include(champion.agent);
    const live = regimenJson<{ ended: string; bars: number; performance: { totalReturn: number } }>(
      'live',
      '--runs-dir',
      runsDir,
    );
    expect(live).to.include({ ended: 'feedEnded', bars: 400 });
    regimenJson('rollback', '--reason', 'a test', '--runs-dir', runsDir);
    const strict = regimenJson<JobResult>('run', config, '--set', 'evaluation.gates.0.limit=0', '--runs-dir', runsDir);
    expect(strict.agents.every(({ promoted }) => !promoted)).to.equal(true);
    const refused = regimen('promote', strict.runDir, '--agent', 'ppo', '--runs-dir', runsDir);
    expect(refused.code).to.equal(3);
    expect(refused.stdout).to.contain('maxDrawdown');
    const forced = regimenJson<{ promoted: boolean; forcedBecause: string }>(
      'promote',
      strict.runDir,
      '--agent',
      'ppo',
      '--force',
      'a test',
      '--runs-dir',
      runsDir,
    );
    expect(forced).to.include({ promoted: true, forcedBecause: 'a test' });
  });

  it('evaluate finds the numbers that the run found, and others at other costs', () => {
    const again = regimenJson<{ agents: { test: { totalReturn: number } }[] }>(
      'evaluate',
      whole.runDir,
      '--runs-dir',
      runsDir,
    );
    const evaluation = JSON.parse(readFileSync(join(whole.runDir, 'evaluation.json'), 'utf8'));
    expect(again.agents[0].test).to.deep.equal(evaluation.agents[0].test);
    expect(evaluation.calendar.barsPerYear).to.equal(evaluation.barsPerYear);
    expect(evaluation.costs[0]).to.include({ instrument: 'BTCUSDT', costsOf: 'BTCUSDT', venue: 'binance-perp' });
    const dear = regimenJson<{ agents: { test: { totalReturn: number } }[] }>(
      'evaluate',
      whole.runDir,
      '--set',
      'execution.takerFeeBps=50',
      '--runs-dir',
      runsDir,
    );
    expect(dear.agents[0].test.totalReturn).to.be.lessThan(again.agents[0].test.totalReturn);
    const { agents } = regimenJson<{ agents: unknown[] }>('compare', whole.runDir, '--runs-dir', runsDir);
    expect(agents).to.have.length(2);
    const { stdout } = regimen('compare', whole.runDir, '--runs-dir', runsDir);
    expect(stdout).to.contain('Costs of BTCUSDT at binance-perp').and.to.contain('Annualized by 8,766 bars a year');
    const { runDir } = regimenJson<{ runDir: string }>('report', whole.runDir, '--runs-dir', runsDir);
    expect(runDir).to.equal(whole.runDir);
  });
});

/** Waits until both agents have written a checkpoint. */
async function untilCheckpoint(runsDir: string): Promise<void> {
  for (let attempt = 0; attempt < 1500; attempt++) {
    const [run] = existsSync(runsDir) ? readdirSync(runsDir) : [];
    if (run !== undefined && existsSync(join(runsDir, run, 'checkpoints', 'dqn.ckpt'))) return;
    await sleep(20);
  }
  throw new Error('no checkpoint was written in 30 s');
}
