/**
 * Bars as lines of InfluxDB's line protocol in QuestDB's dialect, version 2: doubles go as their eight bytes, so that
 * what is stored is what was sent, bit for bit, and nothing is formatted or parsed.
 *
 * Source: https://questdb.com/docs/ingestion/ilp/advanced-settings/ (protocol version 2, since QuestDB 9.0).
 */

import { InputError } from '../../../../core/errors.ts';
import type { Bars } from '../../bars.ts';

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
/** After a field's name and `=`: a second `=` says binary, 16 says double. */
const BINARY_DOUBLE = '=\x10';
const DOUBLE_BYTES = 8;
/** A sign and 19 digits hold every nanosecond of a 64-bit time, and the line's end. */
const TIME_BYTES = 21;
/** Nanoseconds in a millisecond, as the zeros that follow its digits. */
const NANOSECONDS = '000000';

export interface LineTarget {
  readonly table: string;
  readonly instrument: string;
}

/** Bars `[from, to)` as one request's body. */
export function encodeLines({ table, instrument }: LineTarget, bars: Bars, from: number, to: number): Uint8Array {
  const parts = FIELDS.map((field, i) => Buffer.from(`${i === 0 ? '' : ','}${field}=${BINARY_DOUBLE}`, 'latin1'));
  const prefix = Buffer.from(`${escapeName(table)},instrument=${escapeName(instrument)} `, 'utf8');
  const pieces: Buffer[] = [prefix];
  const offsets = parts.map((part) => {
    pieces.push(part, Buffer.alloc(DOUBLE_BYTES));
    return pieces.reduce((sum, piece) => sum + piece.length, 0) - DOUBLE_BYTES;
  });
  const template = Buffer.concat([...pieces, Buffer.from(' ')]);
  const body = Buffer.allocUnsafe((to - from) * (template.length + TIME_BYTES));
  const columns = FIELDS.map((field) => bars[field]);
  let at = 0;
  for (let row = from; row < to; row++) {
    body.set(template, at);
    for (let i = 0; i < columns.length; i++) body.writeDoubleLE(columns[i][row], at + offsets[i]);
    at += template.length;
    const time = bars.openTimeMs[row];
    at += body.write(time === 0 ? '0\n' : `${time}${NANOSECONDS}\n`, at, 'latin1');
  }
  return body.subarray(0, at);
}

/** @throws InputError for names that no escape can carry */
function escapeName(name: string): string {
  const control = [...name].find((character) => character < ' ' || character === '\x7f');
  if (name === '' || control !== undefined) {
    throw new InputError({
      what: 'not a name',
      where: 'instrument',
      rule: 'text without control characters',
      value: name,
    });
  }
  return name.replace(/[\\ ,="]/g, (character) => `\\${character}`);
}
