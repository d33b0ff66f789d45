/** The registry's file: one event a line with its checksum, appended to by any number of processes and never rewritten. */

import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { InputError } from '../core/errors.ts';
import { canonicalJson, hashOf } from '../core/hash.ts';
import type { Log } from '../core/log.ts';
import { appendLine } from '../core/storage/atomicFile.ts';
import { registryEvent, type RegistryEvent } from './registryEvents.ts';

/** Follows a line that a killed writer left unfinished, so that it can be told from a damaged one. */
const TORN = '{"torn":true}';

/**
 * Appends one event durably, in a single write.
 *
 * After an unfinished last line it first ends that line and marks it as torn; nothing before is touched.
 */
export function appendEvent(path: string, event: RegistryEvent): void {
  const line = canonicalJson({ event, sum: hashOf(event) });
  appendLine(path, endsMidLine(path) ? `\n${TORN}\n${line}` : line);
}

/**
 * All events, oldest first. A torn line is left out with a warning; that writer had not been told that its event was kept.
 *
 * @throws InputError naming the line, when one is damaged in any other way
 */
export function readEvents(path: string, log: Log): RegistryEvent[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  const events: RegistryEvent[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || line === TORN) continue;
    const event = parseLine(line);
    if (event !== null) {
      events.push(event);
    } else if (index === lines.length - 1 || lines[index + 1] === TORN) {
      log.warn('registry has a torn line, left out', { path, line: index + 1 });
    } else {
      throw new InputError({
        what: 'registry is damaged',
        where: `${path}:${index + 1}`,
        rule: 'each line is an event with its checksum',
        value: line,
        hint: 'restore the file from a copy; no event may be edited or removed',
      });
    }
  }
  return events;
}

function parseLine(line: string): RegistryEvent | null {
  try {
    const { event, sum } = JSON.parse(line) as { event?: unknown; sum?: unknown };
    const parsed = registryEvent.safeParse(event);
    return parsed.success && sum === hashOf(event) ? parsed.data : null;
  } catch {
    return null;
  }
}

function endsMidLine(path: string): boolean {
  if (!existsSync(path)) return false;
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
  } finally {
    closeSync(handle);
  }
}
