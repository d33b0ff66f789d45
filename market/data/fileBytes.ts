/** The bytes of a plain or gzipped file, chunk by chunk, with refusals that a user understands. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { InputError } from '../../core/errors.ts';

/** Larger chunks read no faster, and their garbage doubles the memory that an import takes at its peak. */
const CHUNK_BYTES = 1 << 16;

/**
 * Hands the file's bytes, unzipped where they start as a gzip does, to `consume`.
 *
 * @throws InputError for a missing, empty or unreadable file and for a gzip that is damaged or cut short
 */
export async function consumeFile(
  path: string,
  consume: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  let isDone = false;
  const consumeAsLongAsWanted = async (chunks: AsyncIterable<Uint8Array>) => {
    await consume(chunks);
    isDone = true;
  };
  try {
    const isGzip = await startsAsGzip(path);
    if (!isGzip && path.endsWith('.gz')) throw new InputError({ what: 'not a gzip file', where: path });
    const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    if (isGzip) await pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), consumeAsLongAsWanted);
    else await pipeline(source, consumeAsLongAsWanted);
  } catch (error) {
    // Who has seen enough stops reading, and the pipeline calls that an abort.
    if (isDone && error instanceof Error && error.name === 'AbortError') return;
    throw toInputError(error, path);
  }
}

async function startsAsGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (bytesRead === 0) throw new InputError({ what: 'empty file', where: path });
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder, not a file',
  EACCES: 'no permission to read',
  Z_BUF_ERROR: 'gzip ends too early: the file is cut short',
  Z_DATA_ERROR: 'gzip is damaged',
};

function toInputError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const what = REFUSALS[code];
  return what === undefined ? error : new InputError({ what, where: path });
}
