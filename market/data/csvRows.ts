/** A CSV file as rows of bytes: unquoted files as they lie there, those with quotes through csv-parse. */

import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../../core/errors.ts';
import { guessDelimiter } from './csvHeader.ts';
import { consumeFile } from './fileBytes.ts';
import { LineCutter } from './lineCutter.ts';
import { UNIT_SEPARATOR, type MakeSink, type RowHead, type RowSink } from './rowSink.ts';

const NEWLINE = 10;
const QUOTE = 34;

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

class PlainRows<S extends RowSink> {
  readonly #file: string;
  readonly #lines: LineCutter;
  #sink: S | null = null;
  #state: 'plain' | 'quoted' = 'plain';

  constructor(file: string, makeSink: MakeSink<S>) {
    this.#file = file;
    this.#lines = new LineCutter((bytes, from, to, line) => {
      if (this.#sink !== null) this.#sink.row(bytes, from, to, line);
      else this.#sink = makeSink(readHead(Buffer.from(bytes.subarray(from, to)).toString('utf8')));
    });
  }

  push(chunk: Uint8Array): 'plain' | 'quoted' {
    if (chunk.includes(QUOTE)) return (this.#state = 'quoted');
    this.#lines.push(chunk);
    return this.#state;
  }

  /** Null where the file turned out to need a reader that knows quotes. */
  finish(): S | null {
    if (this.#state === 'quoted') return null;
    this.#lines.finish();
    return this.#sink ?? refuseEmpty(this.#file);
  }
}

/** A header line, taken apart by the delimiter that it uses most. */
export function readHead(firstLine: string): RowHead {
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
