import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { regimen, regimenJson } from '../helpers/regimenCommand.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const config = fileURLToPath(new URL('tiny.yaml', import.meta.url));
const engine = (value: string) => ['--set', `training.engine=${value}`];

interface Doctor {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly detail: string }[];
}

describe('engines, from the command line', function () {
  this.timeout(60_000);
  const runsDir = temporaryFolder();
  let doctor: Doctor;

  it('doctor trains a step on each engine and provider, or says how to get it', () => {
    doctor = regimenJson<Doctor>('doctor');
    const engines = doctor.checks.filter(({ name }) => name.startsWith('engine '));
    const states = Object.fromEntries(engines.map(({ name, state }) => [name, state]));
    expect(states['engine ort, provider cpu']).to.equal('works');
    expect(states['engine tfjs, provider js']).to.equal('works');
    expect(engines).to.have.length(6);
    for (const { state, detail } of engines)
      expect(detail).to.match(state === 'works' ? /a training step ran \(loss 0\.\d+/ : /install|needs/);
  });

  it('agents train on TensorFlow.js in worker threads, in a run folder like any other', () => {
    const small = ['agents.0.totalSteps=800', 'agents.1.totalSteps=512'].flatMap((value) => ['--set', value]);
    const { runDir } = regimenJson<{ runDir: string }>(
      ...['train', config, ...engine('{kind: tfjs, provider: js}'), ...small, '--runs-dir', runsDir],
    );
    expect(existsSync(join(runDir, 'policies', 'dqn.onnx'))).to.equal(true);
    expect(existsSync(join(runDir, 'policies', 'ppo.onnx'))).to.equal(true);
    const saved = JSON.parse(readFileSync(join(runDir, 'config.json'), 'utf8'));
    expect(saved.training.engine).to.deep.equal({ kind: 'tfjs', provider: 'js' });
  });

  it('mixed precision is refused with the reason, and doctor shows what it looked at', () => {
    const check = doctor.checks.find(({ name }) => name === 'mixed precision');
    expect(check?.state).to.equal('absent');
    expect(check?.detail).to.match(/the CPU (computes products in single|rounds products to half) precision/);
    const ownRuns = join(runsDir, 'mixed');
    const { code, stderr } = regimen('run', config, ...engine('{kind: ort, precision: mixed}'), '--runs-dir', ownRuns);
    expect(code, stderr).to.equal(2);
    expect(stderr).to.include('training.engine.precision').and.to.include('cuda and webgpu');
    expect(existsSync(ownRuns)).to.equal(false);
  });

  it('an engine that is not here is refused before there is a run folder', function () {
    const absent = doctor.checks.find(({ name, state }) => state === 'absent' && name.startsWith('engine tfjs'));
    if (absent === undefined) this.skip();
    const provider = absent.name.split(' ').at(-1);
    const ownRuns = join(runsDir, 'absent');
    const { code, stderr } = regimen(
      'run',
      config,
      ...engine(`{kind: tfjs, provider: ${provider}}`),
      '--runs-dir',
      ownRuns,
    );
    expect(code, stderr).to.equal(2);
    expect(stderr).to.include(`npm install @tensorflow/tfjs-${provider}`);
    expect(existsSync(ownRuns) ? readdirSync(ownRuns) : []).to.deep.equal([]);
  });
});
