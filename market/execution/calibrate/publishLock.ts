/** One publisher of a folder's tables at a time: others wait, and a killed one holds up nobody. */

import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../../core/errors.ts';
import { temporaryNeighbor } from '../../../core/storage/atomicFile.ts';

const LOCK_NAME = '.publishing.lock';
/** Held only while a lock of a dead process is cleared away: a few system calls. */
const CLEARING_NAME = '.publishing.clearing';
/** A table is assembled and written in well under a second. */
const MAX_TRIES = 1500;
const PAUSE_MS = 20;
const LONGEST_CLEARING_MS = 1000;
const LEFTOVER = /^execution_metrics.*\.tmp$/;
/** A lock that its process has not got into place yet. */
const WAITING = /^\.(\d+)\..*\.lock$/;

/**
 * Runs `publish` while no other process publishes into the folder.
 *
 * Measuring is the long part and is done before, side by side; what is read, changed and written here stays one step.
 * Temporary files of publishers that were killed are swept, since nobody else can be writing one.
 *
 * @throws InputError when another process does not finish
 */
export function whilePublishing<T>(dir: string, publish: () => T): T {
  mkdirSync(dir, { recursive: true });
  const lock = join(dir, LOCK_NAME);
  takeLock(dir, lock);
  try {
    sweep(dir);
    return publish();
  } finally {
    rmSync(lock, { force: true });
  }
}

function sweep(dir: string): void {
  for (const name of readdirSync(dir)) {
    const waiting = WAITING.exec(name);
    if (waiting === null ? LEFTOVER.test(name) : !isAlive(Number(waiting[1]))) rmSync(join(dir, name), { force: true });
  }
}

function takeLock(dir: string, lock: string): void {
  // A lock is linked into place with its holder already written in it: there is no moment at which it names nobody.
  const own = `${temporaryNeighbor(lock)}.lock`;
  writeFileSync(own, String(process.pid));
  try {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      if (tryLink(own, lock)) return;
      if (!clearDeadLock(dir, { lock, own })) pause();
    }
  } finally {
    rmSync(own, { force: true });
  }
  throw new InputError({
    what: 'another process is publishing into this folder and does not finish',
    where: lock,
    value: `process ${readHolder(lock) ?? 'unknown'}`,
    hint: 'end it, or remove the lock file where no such process exists',
  });
}

function tryLink(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Clears a lock whose holder is gone. Only one process clears at a time, so that none removes the next holder's lock. */
function clearDeadLock(dir: string, { lock, own }: { readonly lock: string; readonly own: string }): boolean {
  const holder = readHolder(lock);
  if (holder === null || isAlive(holder)) return false;
  const clearing = join(dir, CLEARING_NAME);
  try {
    closeSync(openSync(clearing, 'wx'));
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    dropForgotten(clearing, own);
    return false;
  }
  if (readHolder(lock) === holder) rmSync(lock, { force: true });
  rmSync(clearing, { force: true });
  return true;
}

/** A process may be killed while it clears, too: what was there well before we came is nobody's. */
function dropForgotten(clearing: string, own: string): void {
  const leftMs = statSync(clearing, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  if (leftMs < statSync(own).mtimeMs - LONGEST_CLEARING_MS) rmSync(clearing, { force: true });
}

function readHolder(lock: string): number | null {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Signal 0 asks whether a process is there and does nothing to it. A lock with our own number is of an earlier process. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const pause = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
