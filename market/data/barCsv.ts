/** A CSV file as bars: unquoted files byte by byte, those with quotes through csv-parse, both into the same row parser. */

import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../../core/errors.ts';
import { BarRowParser } from './barRowParser.ts';
import { guessDelimiter, type ColumnNames } from './csvHeader.ts';
import { consumeFile } from './fileBytes.ts';

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
/** ASCII unit separator: what joins the cells of a record that csv-parse took apart. */
const UNIT_SEPARATOR = 31;

/** @throws InputError with file, line, column, rule and value */
export async function parseBarCsv(file: string, columns: ColumnNames): Promise<BarRowParser> {
  const plain = new PlainLines(file, columns);
  await consumeFile(file, async (chunks) => {
    for await (const chunk of chunks) if (plain.push(chunk) === 'quoted') return;
  });
  return plain.finish() ?? parseQuoted(file, columns);
}

/** Cuts chunks of bytes into lines; a line that spans two chunks is put together. */
class PlainLines {
  readonly #file: string;
  readonly #columns: ColumnNames;
  #parser: BarRowParser | null = null;
  #rest: Uint8Array = new Uint8Array(0);
  #line = 0;
  #state: 'plain' | 'quoted' = 'plain';

  constructor(file: string, columns: ColumnNames) {
    this.#file = file;
    this.#columns = columns;
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
  finish(): BarRowParser | null {
    if (this.#state === 'quoted') return null;
    this.#takeLine(this.#rest, 0, this.#rest.length);
    if (this.#parser !== null) return this.#parser;
    throw new InputError({ what: 'empty file', where: this.#file, rule: 'a header line and at least one row' });
  }

  #takeLine(bytes: Uint8Array, from: number, to: number): void {
    this.#line++;
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (end === from) return;
    if (this.#parser !== null) this.#parser.row(bytes, from, end, this.#line);
    else this.#parser = makeParser(Buffer.from(bytes.subarray(from, end)).toString('utf8'), this.#file, this.#columns);
  }
}

function makeParser(headerLine: string, file: string, columns: ColumnNames): BarRowParser {
  const line = headerLine.replace(/^\uFEFF/, '');
  const delimiter = guessDelimiter(line);
  const header = line.split(delimiter).map((name) => name.trim());
  return new BarRowParser({ file, header, columns, delimiter: delimiter.charCodeAt(0) });
}

/** In one piece, because a quoted cell may hold line ends and an error must surface here, not in a stream's event. */
async function parseQuoted(file: string, columns: ColumnNames): Promise<BarRowParser> {
  const bytes = await readWhole(file);
  const delimiter = guessDelimiter(bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(NEWLINE))));
  let parser: BarRowParser | null = null;
  const takeRecord = (record: string[], { lines }: { readonly lines: number }): null => {
    if (parser === null) {
      const header = record.map((name) => name.trim());
      parser = new BarRowParser({ file, header, columns, delimiter: UNIT_SEPARATOR });
    } else {
      const joined = Buffer.from(record.join(String.fromCharCode(UNIT_SEPARATOR)));
      parser.row(joined, 0, joined.length, lines);
    }
    return null;
  };
  try {
    parse(bytes, { delimiter, bom: true, skip_empty_lines: true, relax_column_count: true, on_record: takeRecord });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError({ what: 'not CSV', where: file, rule: error.message });
  }
  if (parser !== null) return parser;
  throw new InputError({ what: 'empty file', where: file, rule: 'a header line and at least one row' });
}

async function readWhole(file: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await consumeFile(file, async (stream) => {
    for await (const chunk of stream) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}
