/** How much memory a store may take. */

import { z } from 'zod';
import { BAR_COLUMNS } from '../bars.ts';

const MEGABYTE = 1e6;
const BAR_BYTES = BAR_COLUMNS.length * Float64Array.BYTES_PER_ELEMENT;
/** One chunk is filled while the reader holds another, and the memory of those before waits for its collection. */
const CHUNKS_IN_FLIGHT = 8;
/** The decoder's library, and vectors that wait for their collection: measured over fifty million bars. */
const FIXED_MB = 96;
const MAX_CHUNK_BARS = 1 << 18;

export const storeConfig = z
  .strictObject({
    memoryBudgetMb: z
      .int()
      .min(192)
      .max(65_536)
      .default(256)
      .describe(
        'megabytes that reading may take, however long the series: the library takes about 96, decoding and bars share the rest',
      ),
  })
  .describe('how bars are read from a store');

export type StoreConfig = z.output<typeof storeConfig>;

export interface MemoryPlan {
  /** Most bars of a chunk. */
  readonly chunkBars: number;
  /** For the decoder's own buffers. */
  readonly decoderMb: number;
}

/** Shares what a budget leaves between decoder and chunks. */
export function planMemory({ memoryBudgetMb }: StoreConfig): MemoryPlan {
  const half = Math.floor((memoryBudgetMb - FIXED_MB) / 2);
  const chunkBars = Math.floor((half * MEGABYTE) / CHUNKS_IN_FLIGHT / BAR_BYTES);
  return { chunkBars: Math.min(MAX_CHUNK_BARS, chunkBars), decoderMb: half };
}
