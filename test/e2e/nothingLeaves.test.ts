import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const program = fileURLToPath(new URL('../../dist/cli/regimen.js', import.meta.url));
const config = fileURLToPath(new URL('tiny.yaml', import.meta.url));
const hasStrace = spawnSync('strace', ['-V']).status === 0;

/** A process of its own, whose home, cache and temporary folders are empty and its alone. */
function runAlone(trace: string | null, ...args: readonly string[]) {
  const home = temporaryFolder();
  const folders = Object.fromEntries(
    ['HOME', 'XDG_CACHE_HOME', 'TMPDIR'].map((name) => {
      const path = join(home, name);
      mkdirSync(path);
      return [name, path];
    }),
  );
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
  const command = [process.execPath, program, ...args];
  const [file, ...rest] =
    trace === null ? command : ['strace', '-f', '-qq', '-e', 'trace=connect,sendto', '-o', trace, ...command];
  const { status, stderr, stdout } = spawnSync(file, rest, { env: { ...env, ...folders }, encoding: 'utf8' });
  return { status, stderr, stdout, left: readdirSync(home, { recursive: true, encoding: 'utf8' }) };
}

/** Calls that speak to another machine: anything but loopback and sockets of this machine's own services. */
const callsOut = (trace: string): string[] =>
  readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => /sa_family=AF_INET6?\b/.test(line) && !/127\.\d+\.\d+\.\d+|"::1"/.test(line));

describe('nothing leaves the machine', function () {
  this.timeout(240_000);
  const runsDir = temporaryFolder();

  it('training, judging and the paper replay write nothing outside the run folder and call nobody', function () {
    const trace = hasStrace ? join(temporaryFolder(), 'trace') : null;
    const { status, stderr, left } = runAlone(trace, 'run', config, '--runs-dir', runsDir);
    expect(status, stderr).to.equal(0);
    expect(left.sort()).to.deep.equal(['HOME', 'TMPDIR', 'XDG_CACHE_HOME']);
    if (trace !== null) expect(callsOut(trace)).to.deep.equal([]);
  });

  it('live and doctor do not either', () => {
    const [run] = readdirSync(runsDir).filter((name) => name !== 'registry' && name !== 'promoted');
    const commands = [['live', '--run', join(runsDir, run), '--agent', 'dqn', '--runs-dir', runsDir], ['doctor']];
    for (const args of commands) {
      const trace = hasStrace ? join(temporaryFolder(), 'trace') : null;
      const { status, stderr, left } = runAlone(trace, ...args);
      expect(status, `${args.join(' ')}: ${stderr}`).to.equal(0);
      expect(left.sort(), args[0]).to.deep.equal(['HOME', 'TMPDIR', 'XDG_CACHE_HOME']);
      if (trace !== null) expect(callsOut(trace), args[0]).to.deep.equal([]);
    }
  });
});
