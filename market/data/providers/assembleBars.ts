/** From the batches of a finished download to the one file of bars, in order of time, whole or not at all. */

import { closeSync, createWriteStream, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { temporaryNeighbor } from '../../../core/storage/atomicFile.ts';
import type { Bar } from '../bar.ts';
import type { PartFile } from './partFile.ts';

/** As {@link exportBars} writes it: times are UTC epoch milliseconds. */
const HEADER = 'timestamp,open,high,low,close,volume\n';

/** The lines of some bars, each number in the fewest digits that read back as the same number. */
export const csvLines = (bars: readonly Bar[]): string =>
  bars
    .map(
      ({ openTimeMs, open, high, low, close, volume }) => `${openTimeMs},${open},${high},${low},${close},${volume}\n`,
    )
    .join('');

/** Zipped where the name ends in `.gz`; the bytes depend on the bars alone, never on the order in which they came. */
export async function assembleBars(path: string, part: PartFile, numBatches: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryNeighbor(path);
  function* chunks(): Generator<Buffer> {
    yield Buffer.from(HEADER);
    for (let batch = 0; batch < numBatches; batch++) {
      const record = part.records.get(batch);
      if (record === undefined) throw new Error(`batch ${batch} is missing`);
      if (record.bytes > 0) yield part.read(record);
    }
  }
  try {
    const packed = path.endsWith('.gz') ? createGzip() : new PassThrough();
    await pipeline(Readable.from(chunks()), packed, createWriteStream(temporary));
    const handle = openSync(temporary, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
