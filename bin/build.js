/**
 * Compiles the sources into dist/, once at a time, and writes dist/build.json: version, commit and when.
 *
 * `npm run build` calls it; bin/regimen.js calls it where a checkout has sources newer than dist/.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', 'build.json');
const lock = join(root, '.build-lock');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
/** How long one process waits for another that is building. */
const WAIT_MS = 180_000;

/** @returns {boolean} whether this is a checkout; an installed package has no sources to compile */
export const isCheckout = () => existsSync(join(root, 'tsconfig.build.json'));

/** @returns {boolean} whether a source is newer than the last build */
export function isStale() {
  if (!existsSync(stamp)) return true;
  const builtMs = statSync(stamp).mtimeMs;
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8'));
  const sources = include.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(root, folder, path)),
  );
  const files = [...sources, 'package.json', 'tsconfig.json', 'tsconfig.build.json'].map((path) =>
    path.startsWith(root) ? path : join(root, path),
  );
  return files.some((path) => statSync(path).mtimeMs > builtMs);
}

/**
 * Compiles what is newer than dist/; a second process waits for the first.
 *
 * @returns {string | null} what went wrong and what to do, or null
 */
export function build() {
  if (!existsSync(compiler)) return `regimen is not built, and its compiler is not installed: run npm ci in ${root}`;
  if (!takeLock()) return `another process has been building for ${WAIT_MS / 1000} s: remove ${lock} if none is`;
  try {
    if (!isStale()) return null;
    const startMs = Date.now();
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [compiler, '-p', join(root, 'tsconfig.build.json')],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) return `the sources do not compile:\n${stdout}${stderr}`;
    writeFileSync(stamp, `${JSON.stringify(describeBuild(startMs), null, 2)}\n`);
    return null;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function describeBuild(startMs) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const git = spawnSync('git', ['-C', root, 'rev-parse', '--show-toplevel', '--short=12', 'HEAD'], {
    encoding: 'utf8',
  });
  const [top, commit] = git.status === 0 ? git.stdout.trim().split('\n') : [];
  return { version, commit: top === root ? commit : null, builtAt: new Date(startMs).toISOString() };
}

/** A folder is made by one process only; the lock of a dead one is taken away. */
function takeLock() {
  const untilMs = Date.now() + WAIT_MS;
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return true;
    } catch {
      if (isAbandoned()) rmSync(lock, { recursive: true, force: true });
      else if (Date.now() > untilMs) return false;
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/** A lock without a process id is being taken just now, unless it is older than that takes. */
function isAbandoned() {
  try {
    const pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs > 5_000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if (error.code === 'EPERM') return false;
    if (error.code === 'ESRCH') return true;
    return existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 5_000;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problem = build();
  if (problem !== null) console.error(problem);
  process.exitCode = problem === null ? 0 : 1;
}
