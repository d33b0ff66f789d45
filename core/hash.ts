/** Content hashes: what makes "same seed, same bytes" a thing one can print. */

import { createHash } from 'node:crypto';

/** SHA-256 in hex of bytes or of a string's UTF-8. */
export function digest(...parts: readonly (string | ArrayBufferView)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(typeof part === 'string' ? part : new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return hash.digest('hex');
}

/** JSON with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** First `length` hex digits of the digest of a value's canonical JSON. */
export const hashOf = (value: unknown, length = 12): string => digest(canonicalJson(value)).slice(0, length);
