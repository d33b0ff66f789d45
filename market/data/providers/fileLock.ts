/** One process at a time: a lock file with the holder's process id, which a killed holder cannot keep. */

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { InputError } from '../../../core/errors.ts';

/**
 * Takes the lock at `path` and returns what gives it back.
 *
 * @throws InputError while another living process holds it
 */
export function takeLock(path: string): () => void {
  // Twice: the second time after a lock whose holder is gone was cleared away.
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(path, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const holder = Number(readFileSync(path, 'utf8'));
      if (isAlive(holder)) refuse(path, holder);
      rmSync(path, { force: true });
    }
  }
  return refuse(path, null);
}

function refuse(path: string, holder: number | null): never {
  throw new InputError({
    what: 'another process is at work on this file',
    where: path,
    rule: 'one download into one file at a time',
    ...(holder !== null && { value: `process ${holder}` }),
    hint: 'wait for it; if there is none, remove the lock file',
  });
}

/** Signal 0 asks whether a process is there and does nothing to it. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
