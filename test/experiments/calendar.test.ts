import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import { buildMarket } from '../../experiments/market.ts';
import { openCourt } from '../../experiments/judgeRun.ts';
import { runConfig } from '../../experiments/runConfig.ts';
import { makeExecution } from '../../experiments/trainAgent.ts';
import type { Bars } from '../../market/data/bars.ts';
import { exportBars } from '../../market/data/exportBars.ts';
import { usHolidays } from '../../market/calendar/usHolidays.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { randomBars } from '../market/features/randomBars.ts';

const folder = temporaryFolder();
const FROM_MS = Date.UTC(2017, 0, 1);

/** Random bars at those of `count` times from 2017 on at which a market is open. */
function write(name: string, { timeframeMs, count, isOpen }: Market): string {
  const times = Array.from({ length: count }, (_, i) => FROM_MS + i * timeframeMs).filter((time) => isOpen(time));
  const bars: Bars = { ...randomBars(createRng(name), times.length), openTimeMs: Float64Array.from(times) };
  const path = join(folder, `${name}.csv`);
  exportBars(path, bars);
  return path;
}

interface Market {
  readonly timeframeMs: number;
  readonly count: number;
  readonly isOpen: (timeMs: number) => boolean;
}

const hourOfWeek = (time: number) => new Date(time).getUTCDay() * 24 + new Date(time).getUTCHours();
const currencies: Market = {
  timeframeMs: HOUR_MS,
  count: 365 * 24,
  // Sunday 22:00 to Friday 22:00.
  isOpen: (time) => hourOfWeek(time) >= 22 && hourOfWeek(time) < 142,
};
const stocks: Market = {
  timeframeMs: DAY_MS,
  count: 365 * 3,
  isOpen: (time) => new Date(time).getUTCDay() % 6 !== 0 && !usHolidays(new Date(time).getUTCFullYear()).includes(time),
};
const rng = createRng('gaps');
const FX = write('fx', currencies);
const SPY = write('spy', stocks);
const QQQ = write('qqq', { ...stocks, isOpen: (time) => stocks.isOpen(time) && rng.next() > 0.29 });
const BTC = write('btc', { timeframeMs: DAY_MS, count: 365 * 3, isOpen: () => true });

const day = (of: number) => new Date(FROM_MS + of * DAY_MS).toISOString();

async function yearOf(file: string, market: object = {}, testDays = 60) {
  const config = runConfig.parse({
    name: 'year',
    market: {
      kind: 'bars',
      instrument: 'BTCUSDT',
      file,
      split: {
        train: { from: day(0), to: day(200) },
        validation: { from: day(200), to: day(280) },
        test: { from: day(280), to: day(280 + testDays) },
      },
      ...market,
    },
    features: [{ kind: 'logReturn' }],
    window: 1,
    agents: [{ name: 'dqn', kind: 'dqn' }],
  });
  const built = await buildMarket(config, createRng(1));
  const court = openCourt({ config, market: built, execution: makeExecution(config, built) });
  expect(court.barsPerYear).to.equal(built.calendar.barsPerYear);
  return built;
}

describe('the year of a run', () => {
  it('of currencies by the hour is 6,227 bars under every gap policy, with any part, with and without companions', async () => {
    const { calendar, notes } = await yearOf(FX, { gaps: { kind: 'split', minBars: 60 } });
    expect(calendar).to.include({ name: 'fx' });
    // 8,766 where each week between two weekends was counted for itself.
    expect(calendar.barsPerYear).to.be.closeTo(6227, 0.1);
    expect(notes.join()).to.not.contain('market.calendar');
    expect((await yearOf(FX, { gaps: { kind: 'bridge' } })).calendar).to.deep.equal(calendar);
    expect((await yearOf(FX, { gaps: { kind: 'bridge' } }, 3)).calendar).to.deep.equal(calendar);
    const companions = [{ name: 'SPY', file: SPY, maxAgeBars: 9, stale: 'split' }];
    expect((await yearOf(FX, { gaps: { kind: 'bridge' }, companions })).calendar).to.deep.equal(calendar);
  });

  it('of daily stocks is 252 bars, though three in ten are missing', async () => {
    const gaps = { kind: 'bridge' };
    expect((await yearOf(QQQ, { gaps })).calendar).to.include({ name: 'us-equity', barsPerYear: 252 });
    expect((await yearOf(SPY, { gaps })).calendar).to.include({ name: 'us-equity', barsPerYear: 252 });
    expect((await yearOf(SPY, { gaps: { kind: 'split', maxGapBars: 3, minBars: 20 } })).calendar.barsPerYear).to.equal(
      252,
    );
  });

  it('is what the config says, with a note where the file says another', async () => {
    const gaps = { kind: 'bridge' };
    const { calendar, notes } = await yearOf(BTC, { gaps, calendar: 'us-equity' });
    expect(calendar).to.include({ name: 'us-equity', barsPerYear: 252 });
    expect(notes.join()).to.contain('market.calendar says 252 bars a year (us-equity)');
    expect((await yearOf(BTC, { gaps, calendar: { barsPerYear: 365 } })).calendar.barsPerYear).to.equal(365);
  });

  it('of instruments with different years is the mean of theirs', async () => {
    const instruments = [{ instrument: 'ETHUSDT', file: SPY }];
    const { calendar } = await yearOf(BTC, { instruments, gaps: { kind: 'bridge' } });
    expect(calendar.barsPerYear).to.be.closeTo((365.2425 + 252) / 2, 1e-9);
    expect(calendar.description).to.contain('BTCUSDT 365 (always), ETHUSDT 252 (us-equity)');
    const [forced] = instruments.map((one) => ({ ...one, calendar: { barsPerYear: 365.2425 } }));
    expect((await yearOf(BTC, { instruments: [forced], gaps: { kind: 'bridge' } })).calendar.name).to.equal('always');
  });
});
