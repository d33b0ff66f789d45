/** Room for intermediate columns of a chunk. */

/** The buffer where it is long enough, else a longer one: chunks of one path are mostly as long as the one before. */
export const withRoom = (buffer: Float64Array, length: number): Float64Array =>
  buffer.length >= length ? buffer : new Float64Array(length);
