import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { regimen, regimenJson } from '../helpers/regimenCommand.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const config = fileURLToPath(new URL('tiny.yaml', import.meta.url));
const RANGE = 'targetWeights={ min: -1, max: 1, deadband: 0.05 }';
const PPO =
  '{ name: ppo, kind: ppo, totalSteps: 12000, numEnvs: 8, numSteps: 64, network: { kind: mlp, hidden: [16] } }';

interface Job {
  readonly runDir: string;
  readonly agents: readonly { readonly weightsHash: string }[];
  readonly liveParity: { readonly bars: number; readonly maxAbsEquityDiff: number };
}

describe('the whole job with weights of a range', function () {
  this.timeout(60_000);
  const runsDir = temporaryFolder();
  const range = [config, '--set', RANGE, '--set', `agents=[${PPO}]`, '--runs-dir', runsDir];

  it('trains, judges, replays on paper without a difference, reports; and is the same when resumed', () => {
    const whole = regimenJson<Job>('run', ...range);
    expect(whole.liveParity.bars).to.be.above(300);
    expect(whole.liveParity.maxAbsEquityDiff).to.equal(0);
    expect(readFileSync(join(whole.runDir, 'report.html'), 'utf8')).to.contain('-1 to 1, deadband 0.05');

    expect(existsSync(join(whole.runDir, 'checkpoints', 'ppo.ckpt'))).to.equal(true);
    // Without its result the agent goes on from its last checkpoint.
    for (const file of ['ppo.json', 'ppo.onnx']) rmSync(join(whole.runDir, 'policies', file));
    const resumed = regimenJson<Job>('resume', whole.runDir, '--runs-dir', runsDir);
    expect(resumed.agents[0].weightsHash).to.equal(whole.agents[0].weightsHash);
  });

  it('refuses agents that choose from a ladder before anything is written', () => {
    const ownRuns = join(runsDir, 'refused');
    const { code, stderr } = regimen('run', config, '--set', RANGE, '--runs-dir', ownRuns);
    expect(code).to.equal(2);
    expect(stderr).to.contain('agents.0.kind').and.contain("'dqn' chooses from a ladder");
    expect(() => readdirSync(ownRuns)).to.throw('ENOENT');
  });
});
