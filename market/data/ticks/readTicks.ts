/** Rows of quotes, trades or books one by one, in the order of the file: never more of it in memory than a chunk. */

import { InputError } from '../../../core/errors.ts';
import { describeParquet, streamParquetColumns } from '../../../core/storage/parquetColumns.ts';
import { recognizeTable, type DataKind, type SourceColumn } from '../dataKind.ts';
import { isParquet, recognizeParquet, toMs } from '../tables.ts';
import { CellSink, type CellTarget } from '../cellSink.ts';
import { readTextRows } from '../textRows.ts';

/** Takes one row; `values` is overwritten by the next. */
export type TakeTick = (values: Float64Array, line: number) => void;

export interface TickHead {
  readonly kind: DataKind;
  readonly columns: readonly SourceColumn[];
}

/** Chosen once the columns are known; it refuses what it cannot use. */
export type OpenTicks = (head: TickHead) => TakeTick;

const CHUNK_ROWS = 65_536;
const DECODER_MB = 64;

/** @throws InputError for the first row that cannot be read, with its line, and for what the taker refuses */
export async function readTicks(path: string, open: OpenTicks): Promise<void> {
  if (isParquet(path)) return readParquetTicks(path, open);
  await readTextRows(path, ({ header, delimiter }) => {
    const head = recognizeTable(header);
    const target = new TickTarget(path, head.columns, open(head));
    return new CellSink({ columns: head.columns, numCells: header.length, delimiter, target });
  });
}

async function readParquetTicks(path: string, open: OpenTicks): Promise<void> {
  const described = await describeParquet(path);
  const { kind, sources } = recognizeParquet(described);
  const target = new TickTarget(path, sources, open({ kind, columns: sources }));
  const chunks = streamParquetColumns({
    paths: [path],
    columns: sources.map(({ cell }) => described[cell]),
    where: null,
    chunkRows: CHUNK_ROWS,
    memoryMb: DECODER_MB,
  });
  let line = 0;
  for await (const chunk of chunks) {
    const columns = chunk.map((column, i) => (sources[i].kind === 'time' ? toMs(column) : column));
    for (let row = 0; row < columns[0].length; row++) {
      line += 1;
      columns.forEach((column, i) => {
        if (column[row] === column[row]) target.set(i, column[row]);
        else target.setUnreadable(i, '', line);
      });
      target.commit(line);
    }
  }
}

class TickTarget implements CellTarget {
  readonly #path: string;
  readonly #columns: readonly SourceColumn[];
  readonly #take: TakeTick;
  readonly #values: Float64Array;

  constructor(path: string, columns: readonly SourceColumn[], take: TakeTick) {
    this.#path = path;
    this.#columns = columns;
    this.#take = take;
    this.#values = new Float64Array(columns.length);
  }

  set(column: number, value: number): void {
    this.#values[column] = value;
  }

  setUnreadable(column: number, text: string, line: number): never {
    throw new InputError({
      what: text.trim() === '' ? 'empty cell' : 'not a number',
      where: `${this.#path}:${line} column '${this.#columns[column].source}'`,
      value: text,
    });
  }

  commit(line: number): void {
    this.#take(this.#values, line);
  }

  skip(what: string, text: string, line: number): never {
    throw new InputError({ what, where: `${this.#path}:${line}`, value: text });
  }
}
