import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { featuresConfig } from '../../../market/features/featuresConfig.ts';
import { makeFeatureSet } from '../../../market/features/featureSet.ts';
import { FeatureStore, readStoreStats } from '../../../market/features/featureStore.ts';
import { featureStage } from '../../../market/features/causalStages.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { randomBars } from './randomBars.ts';

const bars = randomBars(createRng('store'), 1500);
const paths = [{ from: 0, to: 1500 }];
const featureSet = makeFeatureSet(featuresConfig.parse([{ kind: 'rsi' }, { kind: 'macd' }, { kind: 'logReturn' }]));
const request = { bars, paths, featureSet };
const BYTES = 1500 * 5 * 8;

describe('the feature store', () => {
  const root = temporaryFolder();
  const open = (name: string, memoryBytes = 10 * BYTES) => new FeatureStore(join(root, name), memoryBytes);

  it('gives from memory and from disk, bit for bit, what it computed', async () => {
    const store = open('same');
    const first = await store.load(request);
    const second = await store.load(request);
    const third = await open('same').load(request);
    expect([first, second, third].map(({ source }) => source)).to.deep.equal(['computed', 'memory', 'disk']);
    const plain = featureStage(featureSet).compute(bars);
    for (const { columns } of [first, second, third]) {
      for (let at = 0; at < plain.length; at++) expect(columns[at % 5][Math.floor(at / 5)]).to.equal(plain[at]);
    }
    expect(readStoreStats(join(root, 'same'))).to.deep.equal({
      lookups: { memory: 1, disk: 1, computed: 1 },
      hitRatio: 2 / 3,
    });
    expect(readStoreStats(join(root, 'nothing')).hitRatio).to.equal(null);
  });

  it('computes anew where a bar, a path or a feature differs', async () => {
    const store = open('differs');
    await store.load(request);
    const close = bars.close.slice();
    close[700] *= 1 + 1e-12;
    const others = [
      { ...request, bars: { ...bars, close } },
      { ...request, paths: [paths[0], paths[0]].map(({ from }, i) => ({ from: from + 750 * i, to: 750 + 750 * i })) },
      { ...request, featureSet: makeFeatureSet(featuresConfig.parse([{ kind: 'rsi', period: 15 }])) },
    ];
    for (const other of others) expect((await store.load(other)).source).to.equal('computed');
    expect((await store.load(request)).source).to.equal('memory');
    expect(readdirSync(join(root, 'differs', 'v1'))).to.have.length(4);
  });

  it('keeps what was used last within its bytes, and the rest on disk', async () => {
    const store = open('budget', 2 * BYTES);
    const requests = [0, 1, 2].map((i) => ({ ...request, bars: randomBars(createRng(i), 1500) }));
    for (const each of requests) await store.load(each);
    expect(store.usedBytes).to.equal(2 * BYTES);
    expect((await store.load(requests[1])).source).to.equal('memory');
    expect((await store.load(requests[0])).source).to.equal('disk');
    // The second was used later than the third, which made room.
    expect((await store.load(requests[1])).source).to.equal('memory');
    expect((await store.load(requests[2])).source).to.equal('disk');
    const small = open('budget', BYTES - 1);
    await small.load(requests[0]);
    expect(small.usedBytes).to.equal(0);
  });

  it('computes anew and writes anew where a file is damaged', async () => {
    const { file } = await open('torn').load(request);
    const whole = statSync(file).size;
    truncateSync(file, whole >> 1);
    expect((await open('torn').load(request)).source).to.equal('computed');
    expect(statSync(file).size).to.equal(whole);
    expect((await open('torn').load(request)).source).to.equal('disk');
  });
});
