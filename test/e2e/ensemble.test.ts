import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { regimen, regimenJson } from '../helpers/regimenCommand.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const config = fileURLToPath(new URL('tiny.yaml', import.meta.url));
const add = (index: number, agent: string) => ['--set', `agents.${index}=${agent}`];
const QUICK = [
  ['agents.0.totalSteps=2000', 'agents.1.totalSteps=2000', 'training.validateEverySteps=1000'],
  // Everybody passes, so that the best is promoted, whoever it is.
  ['evaluation.gates=[{kind: maxDrawdown, limit: -1}]'],
].flatMap((sets) => sets.flatMap((set) => ['--set', set]));
const RECURRENT =
  '{ name: minded, kind: ppo, totalSteps: 2000, numEnvs: 8, numSteps: 64, numMinibatches: 2, network: { kind: mlp, hidden: [8] }, recurrent: { units: 4 } }';

interface Trained {
  readonly weightsHash: string;
  readonly bestScoreBps: number;
  readonly members: readonly { readonly agent: string; readonly bestScoreBps: number; readonly weight?: number }[];
}

interface JobResult {
  readonly runDir: string;
  readonly agents: readonly { readonly name: string; readonly test: object; readonly weightsHash: string }[];
  readonly liveParity: { readonly maxAbsEquityDiff: number };
}

describe('ensembles among the agents of a run', function () {
  this.timeout(120_000);
  const runsDir = temporaryFolder();
  let run: JobResult;

  const command = <T>(...args: readonly string[]) => regimenJson<T>(...args, '--runs-dir', runsDir);
  const trained = (agent: string): Trained =>
    JSON.parse(readFileSync(join(run.runDir, 'policies', `${agent}.json`), 'utf8')) as Trained;

  it('are validated, judged, registered, promoted and replayed like the agents that were trained', () => {
    run = command<JobResult>(
      'run',
      config,
      ...QUICK,
      ...add(2, RECURRENT),
      ...add(3, '{ name: best, kind: ensemble, vote: weighted, temperature: 0.2, members: [dqn, ppo, minded] }'),
      ...add(4, '{ name: mean, kind: ensemble, vote: meanScore, members: [dqn, minded] }'),
    );
    expect(run.agents.map(({ name }) => name)).to.deep.equal(['dqn', 'ppo', 'minded', 'best', 'mean']);
    expect(run.liveParity.maxAbsEquityDiff).to.be.at.most(1e-9);
    const { models } = command<{ models: { agent: string; weightsHash: string }[] }>('registry');
    expect(models.map(({ agent }) => agent)).to.include.members(['best', 'mean']);
    expect(new Set(models.map(({ weightsHash }) => weightsHash)).size).to.equal(5);
  });

  it('weigh members by what they did in validation, and by nothing that was judged', () => {
    const { members } = trained('best');
    const raw = members.map(({ bestScoreBps }) => Math.exp(bestScoreBps / 0.2));
    const total = raw.reduce((sum, value) => sum + value, 0);
    members.forEach(({ agent, bestScoreBps, weight }, i) => {
      expect(bestScoreBps).to.equal(trained(agent).bestScoreBps);
      expect(weight).to.be.closeTo(raw[i] / total, 1e-9);
    });
    expect(trained('mean').members.map(({ weight }) => weight)).to.deep.equal([undefined, undefined]);
  });

  it('evaluate judges them as the run did', () => {
    const again = command<JobResult>('evaluate', run.runDir);
    expect(again.agents.map(({ test }) => test)).to.deep.equal(run.agents.map(({ test }) => test));
  });

  it('may be forced to champion and live on paper, memory and all', () => {
    command('promote', run.runDir, '--agent', 'best', '--force', 'a test');
    const live = command<{ agent: string; ended: string; bars: number }>('live');
    expect(live).to.include({ agent: 'best', ended: 'feedEnded', bars: 400 });
  });

  it('a run that lost one before it was whole makes it again, the same to the byte', () => {
    const before = { ...trained('best'), seconds: 0 };
    const model = readFileSync(join(run.runDir, 'policies', 'best.onnx'));
    for (const file of ['best.json', 'best.onnx']) rmSync(join(run.runDir, 'policies', file));
    const resumed = command<JobResult>('resume', run.runDir);
    expect({ ...trained('best'), seconds: 0 }).to.deep.equal(before);
    expect(readFileSync(join(run.runDir, 'policies', 'best.onnx')).equals(model)).to.equal(true);
    expect(resumed.agents.map(({ test }) => test)).to.deep.equal(run.agents.map(({ test }) => test));
  });

  it('a member that the run does not have is refused before anything is trained', () => {
    const own = temporaryFolder();
    const ensemble = '{ name: both, kind: ensemble, vote: majority, members: [dqn, pop] }';
    const { code, stderr } = regimen('run', config, ...add(2, ensemble), '--runs-dir', own);
    expect(code).to.equal(2);
    expect(stderr).to.contain('agents.2.members.1').and.contain('"pop"').and.contain("did you mean 'ppo'");
  });
});
