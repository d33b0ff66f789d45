/** The append-only book of a live run: one JSON line for everything that happened, in order, numbered. */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../core/errors.ts';
import { journalRecordSchema, type JournalRecord } from './journalRecord.ts';

/** A kill leaves at most one torn line; a bar's records count only when its checkpoint, the last of them, is whole. */
export class Journal {
  readonly path: string;
  /** What was on file when it was opened, up to the last whole bar. */
  readonly recovered: readonly JournalRecord[];
  /** Bytes of an unfinished bar that were cut off when it was opened. */
  readonly droppedBytes: number;
  readonly #handle: number;
  readonly #durability: 'flush' | 'buffered';
  #seq: number;

  /**
   * Opens or starts a journal, and cuts off what a kill left unfinished.
   *
   * @param durability `flush` survives power loss; `buffered` survives the death of the process only
   * @throws InputError when a line is no record, or numbers do not follow each other
   */
  constructor(path: string, durability: 'flush' | 'buffered' = 'flush') {
    const { records, keptBytes, totalBytes } = recover(path);
    mkdirSync(dirname(path), { recursive: true });
    if (keptBytes < totalBytes) truncateSync(path, keptBytes);
    this.path = path;
    this.recovered = records;
    this.droppedBytes = totalBytes - keptBytes;
    this.#seq = records.length;
    this.#durability = durability;
    this.#handle = openSync(path, 'a');
  }

  /** Records so far. */
  get length(): number {
    return this.#seq;
  }

  /** Appends records in one write. */
  write(records: readonly JournalRecord[]): void {
    const lines = records.map((record) => `${JSON.stringify({ seq: ++this.#seq, ...record })}\n`);
    const bytes = Buffer.from(lines.join(''));
    for (let at = 0; at < bytes.length;) at += writeSync(this.#handle, bytes, at);
    if (this.#durability === 'flush') fsyncSync(this.#handle);
  }

  close(): void {
    closeSync(this.#handle);
  }
}

/** The records of a journal up to its last whole bar; the file is left alone, so that a run may go on writing it. */
export const readJournal = (path: string): readonly JournalRecord[] => recover(path).records;

/** A bar is whole with its checkpoint; what became of its order is told after it. */
const ENDS_WHOLE = new Set<JournalRecord['kind']>(['checkpoint', 'start', 'stop', 'rejected']);

interface Recovered {
  readonly records: readonly JournalRecord[];
  readonly keptBytes: number;
  readonly totalBytes: number;
}

function recover(path: string): Recovered {
  if (!existsSync(path)) return { records: [], keptBytes: 0, totalBytes: 0 };
  const file = readFileSync(path);
  const lines = file.toString('utf8').split('\n');
  // What follows the last line break is a line torn by a kill, or nothing.
  lines.pop();
  const records: JournalRecord[] = [];
  let [bytes, keptBytes, keptRecords] = [0, 0, 0];
  for (const [index, line] of lines.entries()) {
    const record = parseLine(line, index, path);
    records.push(record);
    bytes += Buffer.byteLength(line) + 1;
    if (ENDS_WHOLE.has(record.kind)) {
      [keptBytes, keptRecords] = [bytes, records.length];
    }
  }
  return { records: records.slice(0, keptRecords), keptBytes, totalBytes: file.length };
}

function parseLine(line: string, index: number, path: string): JournalRecord {
  const where = `${path}:${index + 1}`;
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new InputError({ what: 'line is not JSON', where, hint: 'only the last line of a journal may be torn' });
  }
  const { seq, ...rest } = typeof json === 'object' && json !== null ? (json as { seq?: unknown }) : {};
  if (seq !== index + 1) {
    throw new InputError({ what: 'a record is missing or twice', where, rule: `seq ${index + 1}`, value: seq });
  }
  const record = journalRecordSchema.safeParse(rest);
  if (record.success) return record.data;
  const [{ path: at, message }] = record.error.issues;
  throw new InputError({ what: 'not a journal record', where, rule: `${at.join('.')}: ${message}` });
}
