/** Files that are there whole or not at all. */

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';

let serial = 0;

/** Differs between processes, between threads of one process, and from call to call. */
const uniqueSuffix = (): string => `${process.pid}.${threadId}.${serial++}.tmp`;

/** Writes through a temporary neighbor, flushes it and renames it into place; readers see the old file or the new one. */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${uniqueSuffix()}`;
  const handle = openSync(temporary, 'w');
  try {
    writeAll(handle, typeof content === 'string' ? Buffer.from(content) : content);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

export const writeJsonAtomic = (path: string, value: unknown): void =>
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);

/** Appends one line in a single write, so that lines of several processes do not mix. */
export function appendLine(path: string, line: string, durability: 'flush' | 'buffered' = 'flush'): void {
  mkdirSync(dirname(path), { recursive: true });
  const handle = openSync(path, 'a');
  try {
    writeAll(handle, Buffer.from(`${line}\n`));
    if (durability === 'flush') fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes what another writer left in a file durable. */
export function flushFile(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A path in the same folder under which something may be built before it is renamed to its name. */
export const temporaryNeighbor = (path: string): string => join(dirname(path), `.${uniqueSuffix()}`);

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
}

/** A rename is durable only when the folder's own entry is; platforms that refuse to open a folder do without. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows cannot open folders; the rename itself is still atomic there.
  }
}
