import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readReplayBars } from '../../cli/replayBars.ts';
import { createRng } from '../../core/rng.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import { buildMarket } from '../../experiments/market.ts';
import { runConfig } from '../../experiments/runConfig.ts';
import { numBars, sliceBars, type Bars } from '../../market/data/bars.ts';
import { hashBars } from '../../market/data/barsHash.ts';
import { exportBars } from '../../market/data/exportBars.ts';
import { resampleBars } from '../../market/data/resampleBars.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { randomBars } from '../market/features/randomBars.ts';
import { withQuotes } from '../market/features/withQuotes.ts';

const folder = temporaryFolder();
function write(name: string, bars: Bars): string {
  const path = join(folder, `${name}.csv`);
  exportBars(path, bars);
  return path;
}

const plain = randomBars(createRng('btc'), 900);
const ether = randomBars(createRng('eth'), 900);
const file = write('btc', withQuotes(plain, createRng(1)));
const bare = write('bare', plain);
const eth = write('eth', ether);
const slow = write('slow', resampleBars(ether, { timeframeMs: HOUR_MS, to: 4 * HOUR_MS }).bars);
const day = (of: number) => new Date(Date.UTC(2024, 0, 1) + of * DAY_MS).toISOString();

const config = runConfig.parse({
  name: 'replay',
  market: {
    kind: 'bars',
    instrument: 'BTCUSDT',
    file,
    companions: [{ name: 'ETH', file: eth }],
    split: {
      train: { from: day(0), to: day(20) },
      validation: { from: day(20), to: day(28) },
      test: { from: day(28), to: day(37) },
    },
    gaps: { kind: 'bridge' },
  },
  features: [
    { kind: 'of', companion: 'ETH', feature: { kind: 'rsi' } },
    { kind: 'spread', period: 5 },
  ],
  agents: [{ name: 'dqn', kind: 'dqn' }],
});

describe('bars in place of those of a run', () => {
  it('come with the companions that the run has, joined as the run joins them', async () => {
    const market = await buildMarket(config, createRng(1));
    const bars = await readReplayBars(file, { companion: [`ETH=${eth}`] }, { config, market });
    expect(numBars(bars)).to.equal(900);
    // Of the parts' own bars: those that warm up are in no hash twice.
    expect(hashBars(sliceBars(bars, 0, 37 * 24))).to.equal(market.dataHash);
  });

  it('are refused without them, with others, of another timeframe, and without the quotes that features look at', async () => {
    const market = await buildMarket(config, createRng(1));
    const refused = (path: string, ...companion: string[]) =>
      refusal(() => readReplayBars(path, { companion }, { config, market }));
    expect(await refused(file))
      .to.contain('no bars of the companion ETH')
      .and.to.contain('--companion ETH=FILE');
    expect(await refused(file, `ETH=${eth}`, `SOL=${eth}`)).to.contain('no companion of the run');
    expect(await refused(file, `ETH=${slow}`))
      .to.contain('bars of 240 min')
      .and.to.contain('60 min, as in the run');
    expect(await refused(bare, `ETH=${eth}`)).to.contain('features.1: the bars have no column spreadBps');
    expect(await refused(file, 'ETH')).to.contain('--companion ETH=FILE');
  });
});
