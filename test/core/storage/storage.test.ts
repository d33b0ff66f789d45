import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { SavedReader, type Saved } from '../../../core/saved.ts';
import { appendLine, writeFileAtomic } from '../../../core/storage/atomicFile.ts';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from '../../../core/storage/checkpoint.ts';
import { crc32c } from '../../../core/storage/crc32c.ts';
import { queryParquet, writeParquet } from '../../../core/storage/parquet.ts';
import { RunFolder } from '../../../core/storage/runFolder.ts';
import { timeMs } from '../../../core/units.ts';
import { refusal } from '../../helpers/refusal.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('core/storage', () => {
  const folder = temporaryFolder();

  it('a checkpoint gives back every tree of values and arrays, bit for bit', () => {
    const leaf = fc.oneof(
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.float32Array(),
      fc.float64Array(),
      fc.int32Array(),
      fc.uint8Array(),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(fc.stringMatching(/^[a-z]+$/), tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const bytes = Buffer.from(encodeCheckpoint(value as Saved, 'abc'));
        expect(decodeCheckpoint(bytes, 'x', 'abc')).to.deep.equal(value);
      }),
    );
  });

  it('a checkpoint with any one byte changed or cut off is refused, and the whole one is not', async () => {
    const bytes = Buffer.from(encodeCheckpoint({ weights: Float32Array.of(1, 2, 3) }, 'abc'));
    for (let at = 0; at < bytes.length; at += 7) {
      const torn = Buffer.from(bytes);
      torn[at] ^= 1;
      expect(await refusal(() => decodeCheckpoint(torn, 'ckpt', 'abc'))).to.contain('ckpt');
      await refusal(() => decodeCheckpoint(bytes.subarray(0, at), 'ckpt', 'abc'));
    }
    decodeCheckpoint(bytes, 'ckpt', 'abc');
  });

  it('a checkpoint of another config is refused with both hashes', async () => {
    const path = join(folder, 'a.ckpt');
    writeCheckpoint(path, [1, 2], 'abc');
    expect(await refusal(() => readCheckpoint(path, 'xyz')))
      .to.contain('abc')
      .and.contain('xyz');
    expect(readCheckpoint(path, null)).to.deep.equal([1, 2]);
    expect(await refusal(() => readCheckpoint(join(folder, 'none'), null))).to.contain('does not exist');
  });

  it('a saved reader names the field that is missing, mistyped or of another size', async () => {
    const reader = new SavedReader({ a: 1, w: Float32Array.of(1) }, 'thing');
    expect(reader.number('a')).to.equal(1);
    expect(await refusal(() => reader.number('b'))).to.contain("'b'");
    expect(await refusal(() => reader.string('a'))).to.contain('a string');
    expect(await refusal(() => reader.into('w', new Float32Array(2))))
      .to.contain('length 1')
      .and.contain('length 2');
  });

  it('an atomic write leaves one file and no neighbor; a failed one leaves the old content', () => {
    const path = join(folder, 'deep', 'file.txt');
    writeFileAtomic(path, 'one');
    writeFileAtomic(path, 'two');
    expect(readFileSync(path, 'utf8')).to.equal('two');
    expect(readdirSync(join(folder, 'deep'))).to.deep.equal(['file.txt']);
    expect(() => writeFileAtomic(folder, 'x')).to.throw();
    appendLine(path, 'three');
    expect(readFileSync(path, 'utf8')).to.equal('twothree\n');
  });

  it('CRC-32C has the check values of RFC 3720', () => {
    expect(crc32c(Buffer.from('123456789'))).to.equal(0xe3069283);
    expect(crc32c(new Uint8Array(32))).to.equal(0x8a9136aa);
  });

  it('a Parquet table gives back its columns and answers queries in place', async () => {
    const path = join(folder, "it's.parquet");
    await writeParquet(path, {
      time: Float64Array.of(1, 2, 3),
      count: Int32Array.of(4, 5, -6),
      side: ['buy', 'sell', 'buy'],
    });
    expect(
      await queryParquet(path, 'SELECT side, sum(count)::INT AS n FROM {path} GROUP BY side ORDER BY side'),
    ).to.deep.equal([
      { side: 'buy', n: -2 },
      { side: 'sell', n: 5 },
    ]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
    expect(await refusal(() => queryParquet(join(folder, 'no.parquet'), 'SELECT 1'))).to.contain('does not exist');
  });

  it('a run folder is named by experiment, seed, config and time, and refuses what is none', async () => {
    const identity = { experiment: 'demo', seed: 7, configHash: 'abc' };
    const run = RunFolder.create(folder, identity, timeMs(Date.UTC(2026, 0, 2, 3, 4, 5)));
    const twin = RunFolder.create(folder, identity, timeMs(Date.UTC(2026, 0, 2, 3, 4, 5)));
    expect(run.name).to.equal('demo__s7__abc__20260102T030405000Z');
    expect(twin.path).not.to.equal(run.path);
    expect(await refusal(() => RunFolder.open(run.path))).to.contain('config.json');
    run.writeJson('config.json', {});
    run.writeStatus({ state: 'running', stage: 'x', createdUtc: '', updatedUtc: '', seconds: 0 });
    expect(RunFolder.open(run.path).readStatus().state).to.equal('running');
    expect(RunFolder.list(folder).map((found) => found.name)).to.deep.equal([run.name]);
    expect(await refusal(() => RunFolder.open(join(folder, 'nope')))).to.contain('does not exist');
    writeFileSync(run.file('bad.json'), '{');
    expect(await refusal(() => run.readJson('bad.json'))).to.contain('not JSON');
    expect(existsSync(run.file('status.json'))).to.equal(true);
  });

  it('a log whose last line was torn by a kill is read up to it', () => {
    const run = RunFolder.list(folder)[0];
    run.append('m.jsonl', { step: 1 });
    run.append('m.jsonl', { step: 2 });
    writeFileSync(run.file('m.jsonl'), '{"step":', { flag: 'a' });
    expect(run.readLines('m.jsonl')).to.deep.equal([{ step: 1 }, { step: 2 }]);
  });
});
