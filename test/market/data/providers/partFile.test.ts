import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { PartFile, type PartIdentity } from '../../../../market/data/providers/partFile.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const identity: PartIdentity = { symbol: 'BTCUSDT', timeframe: '1m', fromMs: 0, toMs: 6e6, batchBars: 10 };
const bodyOf = (batch: number): string => `${batch},1,2,3\n`.repeat(batch + 1);

describe('part file', () => {
  const folder = temporaryFolder();

  function fill(path: string, batches: readonly number[]): void {
    const part = PartFile.open(path, identity);
    for (const batch of batches) part.append(batch, 'binance', batch + 1, bodyOf(batch));
    part.close();
  }
  function contents(path: string): Record<number, string> {
    const part = PartFile.open(path, identity);
    const found = [...part.records.values()].map((record) => [record.batch, part.read(record).toString()] as const);
    part.close();
    return Object.fromEntries(found);
  }

  it('gives back what was appended, in another process too', () => {
    const path = join(folder, 'whole.part');
    fill(path, [2, 0, 5]);
    fill(path, [1]);
    expect(contents(path)).to.deep.equal({ 0: bodyOf(0), 1: bodyOf(1), 2: bodyOf(2), 5: bodyOf(5) });
  });

  it('cut at any byte it keeps the batches before the cut, whole, and can be continued', () => {
    const path = join(folder, 'long.part');
    fill(path, [0, 1, 2, 3]);
    const { size } = statSync(path);
    const whole = readFileSync(path);
    let kept = 0;
    for (let length = 0; length <= size; length++) {
      const cut = join(folder, 'cut.part');
      copyFileSync(path, cut);
      truncateSync(cut, length);
      const found = Object.keys(contents(cut)).map(Number);
      expect(found, `cut at ${length}`).to.deep.equal([0, 1, 2, 3].slice(0, found.length));
      expect(found.length).to.be.at.least(kept);
      kept = found.length;
      if (length % 11 !== 0) continue;
      fill(cut, [0, 1, 2, 3].slice(found.length));
      expect(readFileSync(cut).equals(whole), `continued after ${length}`).to.equal(true);
    }
    expect(kept).to.equal(4);
  });

  it('a flipped bit anywhere loses the batch it is in and those after, and never yields other bars', async () => {
    const path = join(folder, 'flip.part');
    fill(path, [0, 1, 2]);
    const bytes = readFileSync(path);
    const headerEnd = bytes.indexOf(10);
    const truth = contents(path);
    for (let at = headerEnd + 1; at < bytes.length; at += 3) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1;
      const copy = join(folder, 'flipped.part');
      writeFileSync(copy, flipped);
      for (const [batch, text] of Object.entries(contents(copy)))
        expect(text, `bit ${at}`).to.equal(truth[Number(batch)]);
    }
    const broken = Buffer.from(bytes);
    broken[4] ^= 1;
    writeFileSync(path, broken);
    await refusal(() => contents(path));
  });

  it('belongs to one download', async () => {
    const path = join(folder, 'other.part');
    fill(path, [0]);
    const message = await refusal(() => PartFile.open(path, { ...identity, symbol: 'ETHUSDT' }));
    expect(message).to.include('another download').and.include('ETHUSDT').and.include('BTCUSDT');
    expect(contents(path)).to.have.keys('0');
  });

  it('is written by one process at a time; a killed one does not keep it', async () => {
    const path = join(folder, 'locked.part');
    // The parent of this process lives.
    writeFileSync(`${path}.lock`, String(process.ppid));
    expect(await refusal(() => PartFile.open(path, identity))).to.include(`process ${process.ppid}`);
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(`${path}.lock`, String(gone));
    fill(path, [0]);
    expect(contents(path)).to.have.keys('0');
    expect(existsSync(`${path}.lock`)).to.equal(false);
  });

  it('refuses to hand out a batch that was changed meanwhile', () => {
    const path = join(folder, 'changed.part');
    const part = PartFile.open(path, identity);
    part.append(0, 'binance', 1, bodyOf(0));
    writeFileSync(path, readFileSync(path, 'utf8').replace('0,1,2,3', '0,1,2,4'));
    const [record] = part.records.values();
    expect(() => part.read(record)).to.throw('batch 0');
    part.close();
  });
});
