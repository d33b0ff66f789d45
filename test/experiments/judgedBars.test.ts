import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { DAY_MS, HOUR_MS, durationMs } from '../../core/units.ts';
import { judgeBenchmarks } from '../../evaluation/judge.ts';
import { cutPart } from '../../experiments/cutPart.ts';
import { openCourt } from '../../experiments/judgeRun.ts';
import { buildMarket, type Market } from '../../experiments/market.ts';
import { runConfig } from '../../experiments/runConfig.ts';
import { summarizeRegimes } from '../../experiments/summarizeRegimes.ts';
import { createBars, takeRows, type Bars } from '../../market/data/bars.ts';
import { exportBars } from '../../market/data/exportBars.ts';
import { gapPolicyConfig } from '../../market/data/segments.ts';
import { SPLIT_PARTS } from '../../market/data/splits.ts';
import { findGaps } from '../../market/data/timeframe.ts';
import { UNKNOWN_REGIME } from '../../market/regimes/regime.ts';
import { constantExecution } from '../helpers/constantExecution.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { randomBars } from '../market/features/randomBars.ts';

const folder = temporaryFolder();
/** Real market data beside the repository; never part of it. */
const real = (name: string) => fileURLToPath(new URL(`../../../shared/data/bars/${name}`, import.meta.url));

function write(name: string, bars: Bars): string {
  const path = join(folder, `${name}.csv`);
  exportBars(path, bars);
  return path;
}

const configOf = (market: object) =>
  runConfig.parse({
    name: 'judged',
    market: { kind: 'bars', instrument: 'SPY', ...market },
    agents: [{ name: 'dqn', kind: 'dqn' }],
  });

/** What a run says that holding earned, free of costs, beside what it says of its bars. */
async function judgeHolding(market: object) {
  const config = configOf(market);
  const built = await buildMarket(config, createRng(1));
  const [holding] = await judgeBenchmarks(openCourt({ config, market: built, execution: constantExecution() }));
  return { built, holding: holding.judged.test, perRegime: holding.judged.perRegime, use: built.uses.test };
}

/** Days on which New York trades, from 2017 on, closed on the twelve holidays of the 314 days that are judged. */
function tradingDays(from: string, to: string): number[] {
  const holidays = new Set(
    ['01-01', '01-20', '02-17', '04-10', '05-25', '07-03', '09-07', '11-26', '12-25'].map((day) => `2020-${day}`),
  );
  for (const day of ['01-01', '01-18', '02-15']) holidays.add(`2021-${day}`);
  const days: number[] = [];
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += DAY_MS) {
    const weekday = new Date(ms).getUTCDay();
    if (weekday % 6 !== 0 && !holidays.has(new Date(ms).toISOString().slice(0, 10))) days.push(ms);
  }
  return days;
}

/** Opens stand where the bar before closed. */
function barsOfCloses(times: readonly number[], closes: readonly number[]): Bars {
  const bars = createBars(times.length);
  times.forEach((ms, row) => {
    const [open, close] = [closes[Math.max(0, row - 1)], closes[row]];
    bars.openTimeMs[row] = ms;
    bars.open[row] = open;
    bars.close[row] = close;
    bars.high[row] = Math.max(open, close) * 1.001;
    bars.low[row] = Math.min(open, close) * 0.999;
    bars.volume[row] = 1e6;
  });
  return bars;
}

describe('the judged bars', () => {
  it('of 314 days that are asked for are these 314 days: +50.1 % with a fall of 28.6 %, whatever embargo and warm-up', async () => {
    const times = tradingDays('2017-01-01', '2021-04-01');
    const first = times.findIndex((ms) => ms >= Date.UTC(2020, 0, 1));
    expect(times.length - first).to.equal(314);
    const luck = createRng('before');
    let before = 200;
    const closes = times.map((_, row) => {
      const day = row - first;
      if (day < 0) return day === -1 ? 200 : (before *= Math.exp(0.01 * luck.normal()));
      if (day < 34) return 200 * (1 + (0.12 * (day + 1)) / 34);
      const bottom = 1.12 * (1 - 0.286);
      if (day < 53) return 200 * (1.12 + ((bottom - 1.12) * (day - 33)) / 19);
      return 200 * (bottom + ((1.501 - bottom) * (day - 52)) / 261);
    });
    const file = write('days', barsOfCloses(times, closes));
    for (const embargoBars of [0, 5, 40]) {
      const { built, holding, use } = await judgeHolding({
        file,
        split: {
          train: { from: '2017-01-01', to: '2019-01-01' },
          validation: { from: '2019-01-01', to: '2020-01-01' },
          test: { from: '2020-01-01', to: '2021-04-01' },
          embargoBars,
        },
      });
      expect(built.worlds.warmupBars).to.be.greaterThan(90);
      expect(holding.bars).to.equal(314);
      expect(holding.totalReturn).to.be.closeTo(0.501, 1e-12);
      expect(holding.maxDrawdown).to.be.closeTo(-0.286, 1e-12);
      expect(use).to.deep.equal({
        asked: { from: '2020-01-01T00:00:00.000Z', to: '2021-04-01T00:00:00.000Z', bars: 314 },
        used: { from: '2020-01-02T00:00:00.000Z', to: '2021-04-01T00:00:00.000Z', bars: 314, stretches: 1 },
        lost: [],
      });
      const { validation } = built.uses;
      const purged = { why: 'purge and embargo before the next part', bars: embargoBars };
      expect(validation.lost).to.deep.equal(embargoBars === 0 ? [] : [purged]);
      expect(validation.used.bars).to.equal(validation.asked.bars - embargoBars);
    }
  });

  it('of BTCUSDT in 2021 are all of 2021: holding returned +59.8 % in price, and its uptrends no fortune', async function () {
    const file = real('btcusdt-1h-binance-spot.csv.gz');
    if (!existsSync(file)) return this.skip();
    const { holding, use, perRegime } = await judgeHolding({
      file,
      split: {
        train: { from: '2017-08-17', to: '2020-01-01' },
        validation: { from: '2020-01-01', to: '2021-01-01' },
        test: { from: '2021-01-01', to: '2022-01-01' },
        purgeBars: 24,
        embargoBars: 120,
      },
      gaps: { kind: 'split', maxGapBars: 6, minBars: 400 },
    });
    expect(use.used).to.deep.equal({ ...use.asked, stretches: 1 });
    expect(holding.bars).to.equal(8747);
    expect(holding.totalReturn).to.be.closeTo(0.598, 0.0005);
    // By labels that hold the bar itself it was +302 %.
    expect(perRegime.uptrend?.totalReturn).to.be.within(-0.3, -0.2);
    expect(perRegime.unknown).to.equal(undefined);
    const grown = Object.values(perRegime).reduce((growth, { totalReturn }) => growth * (1 + totalReturn), 1);
    expect(grown).to.be.closeTo(1 + holding.totalReturn, 1e-9);
  });

  it('of SPY in 2018 are its 251 days', async function () {
    const file = real('spy-1d-adjusted.csv.gz');
    if (!existsSync(file)) return this.skip();
    const { holding, use, built } = await judgeHolding({
      file,
      split: {
        train: { from: '2009-01-02', to: '2017-01-01' },
        validation: { from: '2017-01-01', to: '2018-01-01' },
        test: { from: '2018-01-01', to: '2019-01-01' },
        embargoBars: 20,
      },
    });
    expect([use.asked.bars, use.used.bars, holding.bars]).to.deep.equal([251, 251, 251]);
    expect(use.used.from).to.equal('2018-01-02T00:00:00.000Z');
    const { bars } = built.worlds;
    const { ownFrom = NaN, to } = built.paths.test[0];
    expect(holding.totalReturn).to.be.closeTo(bars.close[to - 1] / bars.open[ownFrom] - 1, 1e-12);
  });

  it('begin late only after a gap, over which nothing can look back, and the loss is told', async () => {
    const all = randomBars(createRng('hours'), 2400);
    const holed = takeRows(
      all,
      Int32Array.from(all.close.keys()).filter((row) => row < 2000 || row >= 2050),
    );
    const day = (of: number) => new Date(Date.UTC(2024, 0, 1) + of * DAY_MS).toISOString();
    const split = {
      train: { from: day(0), to: day(50) },
      validation: { from: day(50), to: day(75) },
      test: { from: day(75), to: day(100) },
    };
    const { use, built, holding } = await judgeHolding({ file: write('holed', holed), split, gaps: { kind: 'split' } });
    const before = built.worlds.warmupBars + 1;
    expect(use.asked.bars).to.equal(550);
    expect(use.used).to.include({ bars: 550 - before, stretches: 2, from: day(75), to: day(100) });
    expect(use.lost).to.deep.equal([{ why: 'warm-up after a gap or at the start of the data', bars: before }]);
    expect(holding.bars).to.equal(use.used.bars);
    const bridged = await judgeHolding({ file: write('holed', holed), split, gaps: { kind: 'bridge' } });
    expect(bridged.use.used).to.include({ bars: 550, stretches: 1 });
    // A part that begins with a gap loses its warm-up too; one whose data ends early says when.
    const late = { ...split, test: { from: new Date(all.openTimeMs[2050]).toISOString(), to: day(120) } };
    const cut = await judgeHolding({ file: write('holed', holed), split: late, gaps: { kind: 'split' } });
    expect(cut.use.used.bars).to.equal(350 - before);
    expect(cut.use.lost[1]).to.deep.equal({ why: `the data ends ${day(100)}`, bars: null });
  });

  it('are those of every instrument', async () => {
    const [one, two] = ['one', 'two'].map((name) => write(name, randomBars(createRng(name), 1200)));
    const day = (of: number) => new Date(Date.UTC(2024, 0, 1) + of * DAY_MS).toISOString();
    const { use, holding } = await judgeHolding({
      file: one,
      instruments: [{ instrument: 'ETHUSDT', file: two }],
      split: {
        train: { from: day(0), to: day(25) },
        validation: { from: day(25), to: day(35) },
        test: { from: day(35), to: day(50) },
        embargoBars: 24,
      },
    });
    expect([use.asked.bars, use.used.bars, use.used.stretches, holding.bars]).to.deep.equal([720, 720, 2, 720]);
    expect(use.lost).to.deep.equal([]);
  });

  it('and the lost ones add up to those that were asked for, wherever gaps and stale bars are', () => {
    const row = fc.integer({ min: 1, max: 399 });
    const rules = { minBars: fc.integer({ min: 1, max: 60 }), warmupBars: fc.integer({ min: 0, max: 30 }) };
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 6 }),
        fc.array(row, { maxLength: 6 }),
        fc.record(rules),
        (holes, old, rule) => {
          const openTimeMs = Float64Array.from(
            { length: 400 },
            (_, i) => (i + 9 * holes.filter((at) => at <= i).length) * HOUR_MS,
          );
          const gaps = findGaps(openTimeMs, durationMs(HOUR_MS));
          const stale = new Uint8Array(400);
          for (const at of old) stale[at] = 1;
          const policy = gapPolicyConfig.parse({ kind: 'split', minBars: rule.minBars });
          for (const part of SPLIT_PARTS) {
            const rows = { from: 150, to: 380, askedTo: 390 };
            let cut;
            try {
              cut = cutPart({ part, rows, policy, gaps, stale, warmupBars: rule.warmupBars, where: 'bars' });
            } catch {
              continue; // nothing long enough is left
            }
            const lost = cut.lost.reduce((sum, { bars }) => sum + (bars ?? NaN), 0);
            expect(cut.usedBars + lost).to.equal(240);
            for (const { from, to, heldFrom, pastFrom } of cut.stretches) {
              expect(heldFrom).to.equal(part === 'train' ? from : Math.max(pastFrom, from - rule.warmupBars - 1));
              expect(stale.subarray(heldFrom, to).includes(1)).to.equal(false);
              expect(gaps.some((gap) => gap.row > heldFrom && gap.row < to)).to.equal(false);
              expect([from >= 150, to <= 380]).to.deep.equal([true, true]);
            }
          }
        },
      ),
    );
  });
});

describe('regimes of real bars', () => {
  const day = (of: number) => new Date(Date.UTC(2024, 0, 1) + of * DAY_MS).toISOString();
  const split = {
    train: { from: day(0), to: day(250) },
    validation: { from: day(250), to: day(300) },
    test: { from: day(300), to: day(400) },
  };
  const build = (bars: Bars, regimes: object): Promise<Market> =>
    buildMarket(configOf({ file: write('walk', bars), split, regimes }), createRng(1));

  it('are told by bars before: on a random walk holding earns nothing in uptrends', async () => {
    const market = await build(randomBars(createRng('walk'), 9600), { bars: 24 });
    const rows = summarizeRegimes(market.worlds, market.paths.train);
    const [up, down] = ['uptrend', 'downtrend'].map((name) => rows.find(({ regime }) => regime === name));
    expect(Math.min(up?.bars ?? 0, down?.bars ?? 0)).to.be.greaterThan(200);
    // Three standard errors; by labels that hold the bar itself the difference is 78 basis points.
    const spread = (up?.meanReturnBps ?? NaN) - (down?.meanReturnBps ?? NaN);
    const error = 100 * Math.sqrt(1 / (up?.bars ?? NaN) + 1 / (down?.bars ?? NaN));
    expect(Math.abs(spread)).to.be.lessThan(3 * error);
  });

  it('do not change with their own bar, and no judged bar is without one', async () => {
    const bars = randomBars(createRng('walk'), 9600);
    // So low that one bar makes a trend, and longer than features look back.
    const rule = { bars: 168, trendT: 0.5 };
    const market = await build(bars, rule);
    const changed = { ...bars, close: bars.close.slice(), high: bars.high.slice() };
    changed.close[8000] *= 1.5;
    changed.high[8000] = changed.close[8000];
    const other = await build(changed, rule);
    const { from, ownFrom = NaN, to } = market.paths.test[0];
    const at = ownFrom + 8000 - 300 * 24;
    const label = (of: Market, row: number) => of.worlds.regime[row];
    expect(label(other, at)).to.equal(label(market, at));
    expect(other.worlds.regime.subarray(from, at + 1)).to.deep.equal(market.worlds.regime.subarray(from, at + 1));
    expect(label(other, at + 1)).not.to.equal(label(market, at + 1));
    expect(market.worlds.regime.subarray(ownFrom, to).includes(UNKNOWN_REGIME)).to.equal(false);
  });
});
