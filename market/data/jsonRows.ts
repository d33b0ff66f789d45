/** Lines of JSON as rows: objects `{"timestamp": 1600000000000, "open": 10, ...}`, or lists in the order of a CSV of bars. */

import { InputError } from '../../core/errors.ts';
import { consumeFile } from './fileBytes.ts';
import { LineCutter } from './lineCutter.ts';
import { UNIT_SEPARATOR, type MakeSink, type RowSink } from './rowSink.ts';

/** What the items of a list are. */
const LIST_NAMES = ['timestamp', 'open', 'high', 'low', 'close', 'volume'] as const;
const SEPARATOR = String.fromCharCode(UNIT_SEPARATOR);

/**
 * Feeds a plain or gzipped file to the sink. Columns are those of the first line; a later line that lacks one has an
 * empty cell there, and what else it has is ignored.
 *
 * @throws InputError for unreadable and empty files and what the sink refuses
 */
export async function readJsonRows<S extends RowSink>(file: string, makeSink: MakeSink<S>): Promise<S> {
  const rows = new JsonRows(makeSink);
  const lines = new LineCutter((bytes, from, to, line) =>
    rows.take(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'), line),
  );
  await consumeFile(file, async (chunks) => {
    for await (const chunk of chunks) lines.push(chunk);
  });
  lines.finish();
  if (rows.sink !== null) return rows.sink;
  throw new InputError({ what: 'no line of JSON', where: file, rule: 'one object or list a line' });
}

class JsonRows<S extends RowSink> {
  sink: S | null = null;
  readonly #makeSink: MakeSink<S>;
  #header: readonly string[] = [];
  /** Lines before the first readable one. */
  readonly #early: { readonly text: string; readonly line: number }[] = [];

  constructor(makeSink: MakeSink<S>) {
    this.#makeSink = makeSink;
  }

  take(text: string, line: number): void {
    const record = parseRecord(text);
    if (record === null) {
      if (this.sink === null) this.#early.push({ text, line });
      else this.sink.skip(NOT_A_RECORD, text, line);
      return;
    }
    if (this.sink === null) {
      this.#header = Object.keys(record);
      this.sink = this.#makeSink({ header: this.#header, text, delimiter: UNIT_SEPARATOR });
      for (const early of this.#early) this.sink.skip(NOT_A_RECORD, early.text, early.line);
    }
    const joined = Buffer.from(this.#header.map((name) => renderCell(record[name])).join(SEPARATOR));
    this.sink.row(joined, 0, joined.length, line);
  }
}

const NOT_A_RECORD = 'not a JSON object or list';

/** Names of the columns that a line of JSON has; none for one that is no object or list. */
export const jsonHeader = (line: string): string[] => Object.keys(parseRecord(line) ?? {});

function parseRecord(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value))
      return Object.fromEntries(LIST_NAMES.slice(0, value.length).map((name, i) => [name, value[i] as unknown]));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

function renderCell(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return String(value);
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
