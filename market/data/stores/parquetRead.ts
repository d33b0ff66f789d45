/** Bars out of Parquet files, chunk by chunk: what a range rules out is not read. */

import { streamParquetColumns, type ParquetColumn } from '../../../core/storage/parquetColumns.ts';
import type { Bars } from '../bars.ts';
import type { MemoryPlan } from './storeConfig.ts';

export interface BarFileColumns {
  /** The file's column of each of ours; null where it has no volume. */
  readonly columns: readonly [
    ParquetColumn,
    ParquetColumn,
    ParquetColumn,
    ParquetColumn,
    ParquetColumn,
    ParquetColumn | null,
  ];
  /** Converts what the column of times holds to milliseconds, in place. */
  readonly toMs: ((times: Float64Array) => Float64Array) | null;
}

export interface ReadOptions extends BarFileColumns {
  readonly path: string;
  /** SQL over the file's own columns, or null. */
  readonly where: string | null;
  readonly memory: MemoryPlan;
}

export async function* readBarChunks({ path, columns, toMs, where, memory }: ReadOptions): AsyncGenerator<Bars> {
  const present = columns.filter((column) => column !== null);
  const chunks = streamParquetColumns({
    paths: [path],
    columns: present,
    where,
    chunkRows: memory.chunkBars,
    memoryMb: memory.decoderMb,
  });
  for await (const [times, open, high, low, close, volume] of chunks) {
    yield {
      openTimeMs: toMs === null ? times : toMs(times),
      open,
      high,
      low,
      close,
      volume: volume ?? new Float64Array(open.length),
    };
  }
}
