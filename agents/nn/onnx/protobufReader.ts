/** Reads protocol buffer messages: the inverse of what `protobuf.ts` writes. */

import { InputError } from '../../../core/errors.ts';

/** One field of a message: a whole number, or the bytes of a string, a float or an inner message. */
export type ProtobufField =
  | { readonly field: number; readonly kind: 'number'; readonly number: bigint }
  | { readonly field: number; readonly kind: 'bytes'; readonly bytes: Uint8Array };

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** @returns the fields in their order; bytes are views of `message` @throws InputError when it is no message or cut short */
export function readProtobuf(message: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = [];
  const cursor = { message, at: 0 };
  while (cursor.at < message.length) {
    const tag = Number(readVarint(cursor));
    const [field, wire] = [tag >>> 3, tag & 7];
    if (wire === VARINT) fields.push({ field, kind: 'number', number: readVarint(cursor) });
    else if (wire === BYTES)
      fields.push({ field, kind: 'bytes', bytes: readBytes(cursor, Number(readVarint(cursor))) });
    else if (wire === FIXED32) fields.push({ field, kind: 'bytes', bytes: readBytes(cursor, 4) });
    else throw notProtobuf(`wire type ${wire}`);
  }
  return fields;
}

interface Cursor {
  readonly message: Uint8Array;
  at: number;
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (cursor.at >= cursor.message.length) throw notProtobuf('a number is cut short');
    const byte = cursor.message[cursor.at++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return BigInt.asIntN(64, value);
  }
  throw notProtobuf('a number of more than ten bytes');
}

function readBytes(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.at + length;
  if (length < 0 || end > cursor.message.length) throw notProtobuf('a field is cut short');
  const bytes = cursor.message.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

const notProtobuf = (what: string): InputError =>
  new InputError({ what: `not a protocol buffer message: ${what}`, where: 'onnx model' });
