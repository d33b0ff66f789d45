/** TensorBoard event files: TFRecord frames of Event protobufs with scalar summaries. */

import { appendFileSync } from 'node:fs';
import { crc32c } from './crc32c.ts';

/** Appends scalars to one event file, readable by TensorBoard while it grows. */
export class TensorBoardWriter {
  readonly #path: string;

  /** @param path must contain "tfevents" for TensorBoard to find it */
  constructor(path: string, wallTimeMs: number) {
    this.#path = path;
    const version = Buffer.from('brain.Event:2');
    this.#append(Buffer.concat([wallTime(wallTimeMs), Buffer.from([0x1a, version.length]), version]));
  }

  writeScalars(step: number, scalars: Readonly<Record<string, number>>, wallTimeMs: number): void {
    const values = Object.entries(scalars).map(([tag, value]) => {
      const name = Buffer.from(tag);
      const simple = Buffer.alloc(5);
      simple[0] = 0x15; // field 2, fixed32: simple_value
      simple.writeFloatLE(value, 1);
      const message = Buffer.concat([Buffer.from([0x0a]), varint(name.length), name, simple]);
      return Buffer.concat([Buffer.from([0x0a]), varint(message.length), message]);
    });
    const summary = Buffer.concat(values);
    this.#append(
      Buffer.concat([
        wallTime(wallTimeMs),
        Buffer.from([0x10]), // field 2: step
        varint(step),
        Buffer.from([0x2a]), // field 5: summary
        varint(summary.length),
        summary,
      ]),
    );
  }

  #append(event: Buffer): void {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(event.length));
    appendFileSync(this.#path, Buffer.concat([length, maskedCrc(length), event, maskedCrc(event)]));
  }
}

function wallTime(ms: number): Buffer {
  const field = Buffer.alloc(9);
  field[0] = 0x09; // field 1, fixed64
  field.writeDoubleLE(ms / 1000, 1);
  return field;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

/** TFRecord's mask keeps a CRC of data that contains CRCs well distributed. */
function maskedCrc(bytes: Uint8Array): Buffer {
  const crc = crc32c(bytes);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  const out = Buffer.alloc(4);
  out.writeUInt32LE(masked);
  return out;
}
