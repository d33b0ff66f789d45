import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { HOUR_MS } from '../../core/units.ts';
import { buildMarket, type Market } from '../../experiments/market.ts';
import { packMarket, unpackMarket } from '../../experiments/packedMarket.ts';
import { probeMarket } from '../../experiments/probeMarket.ts';
import { runConfig } from '../../experiments/runConfig.ts';
import { checkLiveParity } from '../../live/parity.ts';
import { numBars, takeRows, type Bars } from '../../market/data/bars.ts';
import { exportBars } from '../../market/data/exportBars.ts';
import { resampleBars } from '../../market/data/resampleBars.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { windowRule } from '../live/liveWorlds.ts';
import { randomBars } from '../market/features/randomBars.ts';
import { withQuotes } from '../market/features/withQuotes.ts';

const folder = temporaryFolder();
const BARS = 1800;
const TEN_DAYS = 240;

function write(name: string, bars: Bars): string {
  const path = join(folder, `${name}.csv`);
  exportBars(path, bars);
  return path;
}

const keep = (bars: Bars, wanted: (row: number) => boolean) =>
  takeRows(bars, Int32Array.from(bars.close.keys()).filter(wanted));
const ether = randomBars(createRng('eth'), BARS);
const file = write('btc', withQuotes(randomBars(createRng('btc'), BARS), createRng('book')));
const ETH = { name: 'ETH', file: write('eth', ether) };
const slow = resampleBars(ether, { timeframeMs: HOUR_MS, to: 4 * HOUR_MS }).bars;
const SLOW = { name: 'SLOW', file: write('slow', slow) };
/** Two days are missing, twenty days after the start, and the last week. */
const holed = write(
  'holed',
  keep(ether, (row) => (row < 480 || row >= 528) && row < BARS - 168),
);

const day = (of: number) => new Date(Date.UTC(2024, 0, 1) + of * 24 * HOUR_MS).toISOString();
const FEATURES = [
  { kind: 'logReturn' },
  { kind: 'rsi', period: 5 },
  { kind: 'of', companion: 'ETH', feature: { kind: 'logReturn' } },
  { kind: 'of', companion: 'SLOW', feature: { kind: 'rsi', period: 5 } },
  { kind: 'versus', companion: 'ETH', period: 12 },
  { kind: 'spread', period: 8 },
];

const configOf = (market: object = {}, features: readonly object[] = FEATURES) =>
  runConfig.parse({
    name: 'companions',
    market: {
      kind: 'bars',
      instrument: 'BTCUSDT',
      file,
      companions: [ETH, SLOW],
      split: {
        train: { from: day(0), to: day(40) },
        validation: { from: day(40), to: day(50) },
        test: { from: day(50), to: day(75) },
      },
      gaps: { kind: 'split', minBars: 60 },
      ...market,
    },
    features,
    window: 3,
    agents: [{ name: 'dqn', kind: 'dqn' }],
  });

const build = (market?: object, features?: readonly object[]): Promise<Market> =>
  buildMarket(configOf(market, features), createRng(1));

describe('a run with companions', () => {
  it('observes them from training to the live replay, bit for bit', async () => {
    const market = await build();
    const { worlds, featureSet, normalizer, paths } = market;
    const names = featureSet.columns.map(({ name }) => name);
    expect(names).to.include.members(['ETH:logReturn1', 'SLOW:rsi5', 'ETH:correlation12', 'spreadRatio8']);
    const { matrix, features } = worlds.context;
    const column = names.indexOf('SLOW:rsi5');
    const values = new Set(Array.from({ length: 200 }, (_, i) => matrix[(100 + i) * features + column]));
    // A bar of four hours is known for four bars.
    expect(values.size).to.be.within(49, 52);
    const parity = await checkLiveParity({
      agent: 'rule',
      worlds,
      path: paths.test[0],
      loadPolicy: async (context) => windowRule(context),
      execution: drawnExecution(),
      costMode: 'sample',
      targetWeights: [-1, 0, 1],
      startEquity: 10_000,
      rng: createRng(1),
      featureSet,
      normalizer,
    });
    // Live begins where the judged part does, warmed up by the bars before it.
    expect(parity.bars).to.equal(market.uses.test.asked.bars);
    expect(parity.maxAbsDiff).to.equal(0);
    expect(parity.live.columns().tradedNotional.filter((notional) => notional > 0).length).to.be.greaterThan(50);
  });

  it('has no look-ahead in any stage, and the same features in its threads', async () => {
    const market = await build();
    const stages = probeMarket({ config: configOf(), market, cuts: 3 });
    for (const { stage, leaks } of stages) expect(leaks, stage).to.deep.equal([]);
    expect(unpackMarket(packMarket(market), configOf()).featureSet.hash).to.equal(market.featureSet.hash);
    const alone = await build({ companions: undefined }, FEATURES.slice(0, 2));
    expect(alone.dataHash).not.to.equal(market.dataHash);
    expect(alone.worlds.bars).not.to.have.property('companions');
  });

  it('leaves out bars at which one is stale, says so, or refuses', async () => {
    const stale = { ...ETH, file: holed, maxAgeBars: 6 };
    const market = await build({ companions: [stale, SLOW] });
    const spans = market.paths.train.map(({ from, to }) => [from, to]);
    // The companion's last bar before the hole is row 479; rows 486 to 527 know nothing newer than 6 bars.
    expect(spans).to.deep.equal([
      [0, 486],
      [486, 486 + 960 - 528],
    ]);
    expect(market.paths.test.length).to.equal(1);
    const [{ from, to, ownFrom = from }] = market.paths.test;
    expect(to - ownFrom).to.equal(BARS - 1200 - 168 + 6);
    expect(market.uses.test).to.deep.include({ lost: [{ why: 'a companion is stale', bars: 168 - 6 }] });
    expect(market.uses.test.used).to.include({ bars: to - ownFrom, stretches: 1 });
    expect(market.notes.join('\n')).to.contain(`companion ETH: stale at ${528 - 486 + 168 - 6} of ${BARS} bars`);
    const refused = await refusal(() => build({ companions: [{ ...stale, stale: 'refuse' }, SLOW] }));
    expect(refused).to.contain('companion ETH is stale at 2024-01-21T06:00').and.to.contain('maxAgeBars');
    const bridged = await build({ companions: [{ ...stale, maxAgeBars: 200 }, SLOW] });
    expect(bridged.paths.train.length).to.equal(1);
    const early = write(
      'early',
      keep(ether, (row) => row < TEN_DAYS),
    );
    expect(await refusal(() => build({ companions: [{ ...ETH, file: early }, SLOW] }))).to.contain(
      'no stretch in which every companion is fresh',
    );
  });

  it('mends a companion by its own policies', async () => {
    const short = write(
      'short',
      keep(ether, (row) => row % 100 !== 50),
    );
    const repair = [{ kind: 'forwardFill', maxBars: 2 }];
    const { notes } = await build({ companions: [{ ...ETH, file: short, repair }, SLOW] });
    expect(notes.join('\n')).to.contain('companion ETH: forwardFill: 18 flat bars');
  });

  it('is varied only in ways that keep the companions at their times', async () => {
    const market = await build({ augment: [{ kind: 'jitter' }, { kind: 'scale' }] });
    expect(market.paths.train.length).to.equal(3);
    expect(market.worlds.bars.companions?.[0].known.length).to.equal(numBars(market.worlds.bars));
    const { context } = market.worlds;
    const [original, varied] = market.paths.train;
    const value = (row: number, column: number) => context.matrix[row * context.features + column];
    expect(value(varied.from + 100, 2)).to.equal(value(original.from + 100, 2));
    expect(value(varied.from + 100, 0)).not.to.equal(value(original.from + 100, 0));
    expect(await refusal(() => build({ augment: [{ kind: 'blockShuffle' }] }))).to.contain(
      'companions of another time',
    );
  });

  it('is refused where features look at what is not there', async () => {
    expect(await refusal(() => build({ companions: [ETH] }))).to.contain("features.3: no companion 'SLOW'");
    expect(await refusal(() => build({ companions: [ETH, SLOW], file: ETH.file }))).to.contain(
      'features.5: the bars have no column spreadBps',
    );
    expect(() => configOf({ companions: [ETH, ETH] })).to.throw('names must differ');
    expect(() => configOf({ companions: [{ ...ETH, name: 'E TH' }] })).to.throw('letters, digits');
  });
});
