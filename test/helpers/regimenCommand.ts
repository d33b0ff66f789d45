import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { temporaryFolder } from './temporaryFolder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('../../dist/cli/regimen.js', import.meta.url));

export interface CommandOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the compiled command from the project's root, as an installed one is run. */
export function regimen(...args: readonly string[]): CommandOutcome {
  expect(existsSync(program), 'dist is missing: npm test builds it, npx mocha alone does not').to.equal(true);
  return runProgram(program, args);
}

/** The compiled command as it is installed where one of the optional packages is not. */
export function installWithout(missing: string): typeof regimen {
  const home = temporaryFolder();
  cpSync(join(root, 'dist'), join(home, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  mkdirSync(join(home, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== missing) symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name));
  }
  return (...args) => runProgram(join(home, 'dist', 'cli', 'regimen.js'), args);
}

function runProgram(path: string, args: readonly string[]): CommandOutcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { cwd: root, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** The object on the last line of stdout under `--json`. */
export function regimenJson<T>(...args: readonly string[]): T {
  const { code, stdout, stderr } = regimen(...args, '--json');
  expect(code, stderr).to.equal(0);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;
}

/** Starts the command and leaves it running. */
export const startRegimen = (...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [program, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
