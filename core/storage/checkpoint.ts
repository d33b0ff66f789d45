/** Checkpoint files: a tree of saved state with its typed arrays, sealed by a hash so that a torn file is refused. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../errors.ts';
import type { Saved, SavedArray } from '../saved.ts';
import { writeFileAtomic } from './atomicFile.ts';

const MAGIC = 'RGMNCKP1';
const HASH_BYTES = 32;
/** Arrays start at multiples of this, so that they could be mapped in place. */
const ALIGNMENT = 8;

const ARRAY_TYPES = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array } as const;
type ArrayType = keyof typeof ARRAY_TYPES;

interface Header {
  /** What the checkpoint belongs to; resuming under another is refused. */
  readonly configHash: string;
  readonly tree: unknown;
  readonly arrays: readonly { readonly type: ArrayType; readonly length: number; readonly offset: number }[];
}

/** Layout: magic, header length (u32), header JSON, arrays, SHA-256 of all before it. */
export function encodeCheckpoint(saved: Saved, configHash: string): Uint8Array {
  const arrays: SavedArray[] = [];
  const tree = encodeTree(saved, arrays);
  let offset = 0;
  const table = arrays.map((array) => {
    const entry = { type: array.constructor.name as ArrayType, length: array.length, offset };
    offset += Math.ceil(array.byteLength / ALIGNMENT) * ALIGNMENT;
    return entry;
  });
  const header = Buffer.from(JSON.stringify({ configHash, tree, arrays: table } satisfies Header));
  const dataStart = alignUp(MAGIC.length + 4 + header.length);
  const file = Buffer.alloc(dataStart + offset + HASH_BYTES);
  file.write(MAGIC, 'latin1');
  file.writeUInt32LE(header.length, MAGIC.length);
  file.set(header, MAGIC.length + 4);
  arrays.forEach((array, index) => {
    file.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), dataStart + table[index].offset);
  });
  createHash('sha256')
    .update(file.subarray(0, -HASH_BYTES))
    .digest()
    .copy(file, file.length - HASH_BYTES);
  return file;
}

/**
 * @param configHash what the resuming run is; null accepts any
 * @throws InputError when the bytes are torn, are no checkpoint, or belong to another config
 */
export function decodeCheckpoint(file: Buffer, where: string, configHash: string | null): Saved {
  const torn = (what: string) =>
    new InputError({ what, where, hint: 'use an earlier checkpoint of the run, or start it anew' });
  if (file.length < MAGIC.length + 4 + HASH_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw torn('not a checkpoint, or cut off');
  }
  const hash = createHash('sha256').update(file.subarray(0, -HASH_BYTES)).digest();
  if (!hash.equals(file.subarray(-HASH_BYTES))) throw torn('checkpoint is torn: its content does not match its hash');
  const headerLength = file.readUInt32LE(MAGIC.length);
  const headerStart = MAGIC.length + 4;
  const header = JSON.parse(file.toString('utf8', headerStart, headerStart + headerLength)) as Header;
  if (configHash !== null && header.configHash !== configHash) {
    throw new InputError({
      what: 'checkpoint belongs to another config',
      where,
      rule: `config hash ${configHash}`,
      value: header.configHash,
      hint: 'resume the run folder that wrote it',
    });
  }
  const dataStart = alignUp(headerStart + headerLength);
  const arrays = header.arrays.map(({ type, length, offset }) => {
    const make = ARRAY_TYPES[type];
    const from = dataStart + offset;
    return new make(new Uint8Array(file.subarray(from, from + length * make.BYTES_PER_ELEMENT)).buffer);
  });
  return decodeTree(header.tree, arrays);
}

export const writeCheckpoint = (path: string, saved: Saved, configHash: string): void =>
  writeFileAtomic(path, encodeCheckpoint(saved, configHash));

export function readCheckpoint(path: string, configHash: string | null): Saved {
  if (!existsSync(path)) throw new InputError({ what: 'checkpoint does not exist', where: path });
  return decodeCheckpoint(readFileSync(path), path, configHash);
}

const alignUp = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** JSON cannot say NaN, Infinity or -0; bit-exact state must. */
function encodeTree(saved: Saved, arrays: SavedArray[]): unknown {
  if (typeof saved === 'number') {
    return Number.isFinite(saved) && !Object.is(saved, -0)
      ? saved
      : { $number: Object.is(saved, -0) ? '-0' : `${saved}` };
  }
  if (typeof saved !== 'object' || saved === null) return saved;
  if (ArrayBuffer.isView(saved)) return { $array: arrays.push(saved as SavedArray) - 1 };
  if (Array.isArray(saved)) return saved.map((item: Saved) => encodeTree(item, arrays));
  return Object.fromEntries(Object.entries(saved).map(([key, value]) => [key, encodeTree(value as Saved, arrays)]));
}

function decodeTree(tree: unknown, arrays: readonly SavedArray[]): Saved {
  if (typeof tree !== 'object' || tree === null) return tree as Saved;
  if (Array.isArray(tree)) return tree.map((item) => decodeTree(item, arrays));
  if ('$array' in tree) return arrays[tree.$array as number];
  if ('$number' in tree) return Number(tree.$number);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, decodeTree(value, arrays)]));
}
