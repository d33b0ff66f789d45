import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { crc32c } from '../../../core/storage/crc32c.ts';
import { TensorBoardWriter } from '../../../core/storage/tensorBoard.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

/** The payloads of a TFRecord file; fails on a frame whose checksums do not hold. */
function readRecords(file: Buffer): Buffer[] {
  const unmask = (masked: number) => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  const records: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    expect(unmask(file.readUInt32LE(at + 8))).to.equal(crc32c(file.subarray(at, at + 8)));
    const payload = file.subarray(at + 12, at + 12 + length);
    expect(unmask(file.readUInt32LE(at + 12 + length))).to.equal(crc32c(payload));
    records.push(payload);
    at += 16 + length;
  }
  return records;
}

/** Fields of a protobuf message by number: enough of the wire format for events. */
function readFields(message: Buffer): Map<number, (number | Buffer)[]> {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const [field, wire] = [tag >> 3, tag & 7];
    let value: number | Buffer;
    if (wire === 0) value = varint();
    else if (wire === 1) value = message.readDoubleLE((at += 8) - 8);
    else if (wire === 5) value = message.readFloatLE((at += 4) - 4);
    else {
      const length = varint();
      value = message.subarray(at, (at += length));
    }
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

describe('core/storage/tensorBoard', () => {
  const folder = temporaryFolder();

  it('writes framed events with sound checksums that hold what was said', () => {
    const path = join(folder, 'events.out.tfevents.1');
    const writer = new TensorBoardWriter(path, 1_500);
    writer.writeScalars(300, { 'loss/td': 0.25, 'episode/return': -2 }, 2_500);
    writer.writeScalars(2 ** 33, { 'loss/td': 0.5 }, 3_500);
    const [version, first, second] = readRecords(readFileSync(path)).map(readFields);
    expect(version.get(3)?.map(String)).to.deep.equal(['brain.Event:2']);
    expect(version.get(1)).to.deep.equal([1.5]);
    expect(first.get(1)).to.deep.equal([2.5]);
    expect(first.get(2)).to.deep.equal([300]);
    const summary = readFields(first.get(5)?.[0] as Buffer);
    const scalars = summary.get(1)?.map((value) => readFields(value as Buffer)) ?? [];
    expect(scalars.map((scalar) => [String(scalar.get(1)?.[0]), scalar.get(2)?.[0]])).to.deep.equal([
      ['loss/td', 0.25],
      ['episode/return', -2],
    ]);
    expect(second.get(2)).to.deep.equal([2 ** 33]);
  });

  it('a frame with a flipped bit is noticed', () => {
    const path = join(folder, 'events.out.tfevents.2');
    new TensorBoardWriter(path, 0);
    const file = readFileSync(path);
    file[14] ^= 1;
    expect(() => readRecords(file)).to.throw();
  });
});
