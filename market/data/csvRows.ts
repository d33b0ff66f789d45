/** A CSV file as rows of bytes: unquoted files as they lie there, those with quotes through csv-parse. */

import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../../core/errors.ts';
import { guessDelimiter } from './csvHeader.ts';
import { consumeFile } from './fileBytes.ts';

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
/** ASCII unit separator: what joins the cells of a record that csv-parse took apart. */
const UNIT_SEPARATOR = 31;

/** Takes the rows of one file, in order. */
export interface RowSink {
  /** Cells are `bytes[from, to)` between delimiters; `line` is the row's line in the file, from 1. */
  row(bytes: Uint8Array, from: number, to: number, line: number): void;
}

/** The first line of a file, taken apart. */
export interface CsvHead {
  readonly header: readonly string[];
  /** The line as it stands. */
  readonly text: string;
  /** Byte between two cells of the rows to come. */
  readonly delimiter: number;
}

/** Makes the sink once the header is known. Called again, for a new start, where the file turns out to have quotes. */
export type MakeSink<S extends RowSink> = (head: CsvHead) => S;

/** Feeds a plain or gzipped file to the sink. @throws InputError for unreadable and empty files and what the sink refuses */
export async function readCsvRows<S extends RowSink>(file: string, makeSink: MakeSink<S>): Promise<S> {
  const plain = new PlainRows(file, makeSink);
  await consumeFile(file, async (chunks) => {
    for await (const chunk of chunks) if (plain.push(chunk) === 'quoted') return;
  });
  return plain.finish() ?? parseQuoted(file, await readWhole(file), makeSink);
}

/** Feeds bytes at hand to the sink; `file` is their name in refusals. */
export function parseCsvRows<S extends RowSink>(file: string, bytes: Buffer, makeSink: MakeSink<S>): S {
  const plain = new PlainRows(file, makeSink);
  if (bytes.length > 0) plain.push(bytes);
  return plain.finish() ?? parseQuoted(file, bytes, makeSink);
}

/** Cuts chunks of bytes into lines; a line that spans two chunks is put together. */
class PlainRows<S extends RowSink> {
  readonly #file: string;
  readonly #makeSink: MakeSink<S>;
  #sink: S | null = null;
  #rest: Uint8Array = new Uint8Array(0);
  #line = 0;
  #state: 'plain' | 'quoted' = 'plain';

  constructor(file: string, makeSink: MakeSink<S>) {
    this.#file = file;
    this.#makeSink = makeSink;
  }

  push(chunk: Uint8Array): 'plain' | 'quoted' {
    if (chunk.includes(QUOTE)) return (this.#state = 'quoted');
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      this.#takeLine(bytes, from, to);
      from = to + 1;
    }
    this.#rest = bytes.subarray(from);
    return this.#state;
  }

  /** Null where the file turned out to need a reader that knows quotes. */
  finish(): S | null {
    if (this.#state === 'quoted') return null;
    this.#takeLine(this.#rest, 0, this.#rest.length);
    return this.#sink ?? refuseEmpty(this.#file);
  }

  #takeLine(bytes: Uint8Array, from: number, to: number): void {
    this.#line++;
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (end === from) return;
    if (this.#sink !== null) this.#sink.row(bytes, from, end, this.#line);
    else this.#sink = this.#makeSink(readHead(Buffer.from(bytes.subarray(from, end)).toString('utf8')));
  }
}

function readHead(firstLine: string): CsvHead {
  const text = firstLine.replace(/^\uFEFF/, '');
  const delimiter = guessDelimiter(text);
  const header = text.split(delimiter).map((name) => name.trim());
  return { header, text, delimiter: delimiter.charCodeAt(0) };
}

/** In one piece, because a quoted cell may hold line ends and an error must surface here, not in a stream's event. */
function parseQuoted<S extends RowSink>(file: string, bytes: Buffer, makeSink: MakeSink<S>): S {
  const firstLine = bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(NEWLINE)));
  let sink: S | null = null;
  const takeRecord = (record: string[], { lines }: { readonly lines: number }): null => {
    if (sink === null) {
      sink = makeSink({ header: record.map((name) => name.trim()), text: firstLine, delimiter: UNIT_SEPARATOR });
    } else {
      const joined = Buffer.from(record.join(String.fromCharCode(UNIT_SEPARATOR)));
      sink.row(joined, 0, joined.length, lines);
    }
    return null;
  };
  try {
    const delimiter = guessDelimiter(firstLine);
    parse(bytes, { delimiter, bom: true, skip_empty_lines: true, relax_column_count: true, on_record: takeRecord });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError({ what: 'not CSV', where: file, rule: error.message });
  }
  return sink ?? refuseEmpty(file);
}

async function readWhole(file: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await consumeFile(file, async (stream) => {
    for await (const chunk of stream) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

function refuseEmpty(file: string): never {
  throw new InputError({ what: 'empty file', where: file, rule: 'a header line and at least one row' });
}
