import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, YEAR_MS } from '../../../core/units.ts';
import { averageCalendar, knownCalendar } from '../../../market/calendar/barCalendar.ts';
import { calendarConfig } from '../../../market/calendar/calendarConfig.ts';
import { CalendarLearner, chooseCalendar, describeOtherCalendar } from '../../../market/calendar/calendarLearner.ts';
import { goodFriday, usHolidays } from '../../../market/calendar/usHolidays.ts';
import { readBarFile } from '../../../market/data/importBars.ts';

/** Real market data beside the repository; never part of it. */
const folder = fileURLToPath(new URL('../../../../shared/data/bars/', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder) : [];

const learn = (timeframeMs: number, openTimeMs: Float64Array) =>
  new CalendarLearner(timeframeMs, openTimeMs).calendar();

/** Times from 2015 on, `years` long, at which a market has a bar. */
function timesOf(timeframeMs: number, isOpen: (date: Date) => boolean, years = 4): Float64Array {
  const from = Date.UTC(2015, 0, 1);
  const count = Math.floor((years * YEAR_MS) / timeframeMs);
  return Float64Array.from({ length: count }, (_, i) => from + i * timeframeMs).filter((time) =>
    isOpen(new Date(time)),
  );
}

/** Seven times in ten. */
function thin(timeMs: Float64Array, seed: number): Float64Array {
  const rng = createRng(seed);
  return timeMs.filter(() => rng.next() >= 0.3);
}

function withoutMonth(timeMs: Float64Array, share: number): Float64Array {
  const from = timeMs[Math.floor(timeMs.length * share)];
  return timeMs.filter((time) => time < from || time > from + 31 * DAY_MS);
}

const within = (value: number, wanted: number, share = 0.01) => expect(value).to.be.closeTo(wanted, wanted * share);

describe('the calendar that a series keeps', () => {
  const REAL: readonly (readonly [string, string, number, number])[] = [
    // What the file has where it has no gaps, and how far the calendar may be off it.
    ['eurusd-1h-ask', 'fx', 6226, 0.001],
    ['eurusd-4h', 'fx', 1556.5, 0.001],
    ['eurusd-5m', 'fx', 74_712, 0.001],
    ['spy-1d-raw', 'us-equity', 252, 0],
    ['spy-1d-adjusted', 'us-equity', 252, 0],
    ['googl-1d', 'us-equity', 252, 0],
    ['goog-1d-raw', 'us-equity', 252, 0],
    ['dji-1d', 'us-equity', 252, 0],
    ['aapl-1d-raw', 'us-equity', 252, 0],
    ['ibm-1d-raw', 'us-equity', 252, 0],
    // Seven bars of a session of six and a half hours; 1,756.8 are in the file, which has half days and other closures.
    ['spy-1h-raw', 'us-equity', 1764, 0],
    ['btcusdt-1h-binance-spot', 'always', 8766, 0.001],
    ['dirty-btcusdt-1h', 'always', 8766, 0.001],
    ['btcusd-1d', 'always', 365.2425, 1e-9],
    ['btcusdt-30m-binance-perp', 'always', 17_532, 0.001],
    // 520,499, 512,727 and 508,048 are in the files.
    ['btcusd-1m-bitfinex-2018', 'always', 525_960, 0.001],
    ['btcusd-1m-bitfinex-2019', 'always', 525_960, 0.001],
    ['ethusd-1m-bitfinex-2018', 'always', 525_960, 0.001],
  ];

  for (const [name, calendar, barsPerYear, tolerance] of REAL) {
    it(`of ${name} is ${calendar}, ${barsPerYear} bars a year, whatever is missing`, async function () {
      if (!names.includes(`${name}.csv.gz`)) return this.skip();
      const { bars, timeframeMs } = await readBarFile(`${folder}${name}.csv.gz`);
      const times = bars.openTimeMs;
      const found = learn(timeframeMs, times);
      expect(found.name).to.equal(calendar);
      within(found.barsPerYear, barsPerYear, tolerance);
      for (const seed of [1, 2, 3]) expect(learn(timeframeMs, thin(times, seed)), `seed ${seed}`).to.deep.equal(found);
      for (const at of [0.2, 0.5, 0.7]) expect(learn(timeframeMs, withoutMonth(times, at))).to.deep.equal(found);
      expect(learn(timeframeMs, times.subarray(0, times.length >> 1)), 'the first half').to.deep.equal(found);
      expect(learn(timeframeMs, times.subarray(times.length >> 1)), 'the second half').to.deep.equal(found);
    });
  }

  const isWeekday = (date: Date) => date.getUTCDay() % 6 !== 0;
  const isFestive = (date: Date) =>
    `${date.getUTCMonth()}-${date.getUTCDate()}` === '11-25' || (date.getUTCMonth() === 0 && date.getUTCDate() === 1);
  const isGoodFriday = (date: Date) =>
    Math.floor(date.getTime() / DAY_MS) * DAY_MS === goodFriday(date.getUTCFullYear());
  const hour = (date: Date) => date.getUTCHours() + date.getUTCMinutes() / 60;

  it('of daily currencies is fx, though exchanges have daily bars on the same weekdays', () => {
    const days = timesOf(DAY_MS, (date) => isWeekday(date) && !isFestive(date));
    expect(learn(DAY_MS, days)).to.deep.equal(knownCalendar('fx', DAY_MS));
    expect(learn(DAY_MS, thin(days, 4))).to.deep.equal(knownCalendar('fx', DAY_MS));
    // Bars that open at 22:00 of the evening before.
    const evenings = days.map((time) => time - 2 * HOUR_MS);
    expect(learn(DAY_MS, evenings).name).to.equal('fx');
    within(knownCalendar('fx', DAY_MS).barsPerYear, 259.5, 0.001);
  });

  it('of other exchanges has their own hours and holidays', () => {
    // Nine hours of half hours, a week off in August, Good Friday.
    const isOff = (date: Date) =>
      isGoodFriday(date) || isFestive(date) || (date.getUTCMonth() === 7 && date.getUTCDate() < 8);
    const isOpen = (date: Date) => isWeekday(date) && !isOff(date) && hour(date) >= 8 && hour(date) < 17;
    const times = timesOf(30 * MINUTE_MS, isOpen);
    const found = learn(30 * MINUTE_MS, times);
    expect(found.name).to.equal('learned');
    within(found.barsPerYear, times.length / 4, 0.002);
    within(learn(30 * MINUTE_MS, thin(times, 5)).barsPerYear, found.barsPerYear, 0.005);
    within(learn(30 * MINUTE_MS, withoutMonth(times, 0.4)).barsPerYear, found.barsPerYear, 0.005);
  });

  it('of futures has a break a day, and of an exchange that works on Sundays five days', () => {
    // 23 hours a day, as US index futures.
    const futures = timesOf(HOUR_MS, (date) => isWeekday(date) && hour(date) !== 21 && !isFestive(date));
    const found = learn(HOUR_MS, futures);
    expect(found.name).to.equal('learned');
    within(found.barsPerYear, futures.length / 4, 0.002);
    within(learn(HOUR_MS, thin(futures, 6)).barsPerYear, found.barsPerYear, 0.005);
    const sundays = timesOf(DAY_MS, (date) => date.getUTCDay() < 5 && date.getUTCDate() > 1);
    within(learn(DAY_MS, sundays).barsPerYear, sundays.length / 4, 0.005);
  });

  it('follows the clocks of New York: a session that moves by an hour in summer is no longer for it', () => {
    const isSummer = (date: Date) => date.getUTCMonth() > 2 && date.getUTCMonth() < 10;
    const isOpen = (date: Date) => {
      const open = isSummer(date) ? 13.5 : 14.5;
      const isHoliday = usHolidays(date.getUTCFullYear()).includes(Math.floor(date.getTime() / DAY_MS) * DAY_MS);
      return isWeekday(date) && !isHoliday && hour(date) >= open && hour(date) < open + 6.5;
    };
    const times = timesOf(5 * MINUTE_MS, isOpen);
    expect(learn(5 * MINUTE_MS, times)).to.deep.equal(knownCalendar('us-equity', 5 * MINUTE_MS));
    expect(knownCalendar('us-equity', 5 * MINUTE_MS).barsPerYear).to.equal(252 * 78);
    expect(learn(5 * MINUTE_MS, thin(times, 7)).barsPerYear).to.equal(252 * 78);
  });

  it('of bars longer than a day is the year over their distance', () => {
    const months = Float64Array.from({ length: 60 }, (_, month) => Date.UTC(2015, month, 1));
    within(learn(31 * DAY_MS, months).barsPerYear, 12, 0.001);
    const weeks = timesOf(7 * DAY_MS, () => true);
    within(
      learn(
        7 * DAY_MS,
        weeks.filter((_, week) => week !== 9),
      ).barsPerYear,
      52.18,
      0.001,
    );
    expect(knownCalendar('us-equity', 7 * DAY_MS).barsPerYear).to.equal(YEAR_MS / (7 * DAY_MS));
  });

  it('of a file shorter than a week is not known, and says so', () => {
    const day = timesOf(MINUTE_MS, () => true, 1 / 365);
    expect(learn(MINUTE_MS, day).description).to.contain('less than a week');
    expect(learn(HOUR_MS, new Float64Array(0)).name).to.equal('always');
    const stocks = timesOf(HOUR_MS, (date) => isWeekday(date) && hour(date) > 13 && hour(date) < 21, 0.1);
    const found = learn(HOUR_MS, stocks);
    within(found.barsPerYear, 252 * 7, 0.001);
    expect(found.description).to.contain('holidays are assumed');
  });

  it('is what the config says, and told where the times say another', () => {
    const learner = new CalendarLearner(
      DAY_MS,
      timesOf(DAY_MS, () => true),
    );
    const choose = (config: unknown) => calendarConfig.parse(config);
    expect(chooseCalendar(choose(undefined), learner).name).to.equal('always');
    expect(chooseCalendar(choose('us-equity'), learner).barsPerYear).to.equal(252);
    expect(chooseCalendar(choose({ barsPerYear: 250 }), learner)).to.include({ name: 'config', barsPerYear: 250 });
    expect(describeOtherCalendar('auto', learner)).to.equal(null);
    expect(describeOtherCalendar('us-equity', learner)).to.equal(
      'market.calendar says 252 bars a year (us-equity), the times of the file say 365.2 bars a year (always)',
    );
    expect(() => choose({ barsPerYear: 0 })).to.throw();
    expect(() => choose('nyse')).to.throw('one of auto, always, fx, us-equity, or { barsPerYear: N } with N above 0');
  });

  it('of several instruments is the mean of theirs', () => {
    const [btc, spy] = [knownCalendar('always', DAY_MS), knownCalendar('us-equity', DAY_MS)];
    expect(averageCalendar([{ instrument: 'BTC', calendar: btc }])).to.equal(btc);
    const both = averageCalendar([
      { instrument: 'BTC', calendar: btc },
      { instrument: 'SPY', calendar: spy },
    ]);
    expect(both.barsPerYear).to.equal((365.2425 + 252) / 2);
    expect(both.description).to.equal('the mean of BTC 365 (always), SPY 252 (us-equity)');
  });
});

describe('holidays of the New York Stock Exchange', () => {
  const dates = (year: number) => usHolidays(year).map((time) => new Date(time).toISOString().slice(5, 10));

  it('are those that the exchange published', () => {
    expect(dates(2021)).to.deep.equal('01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24'.split(' '));
    expect(dates(2022)).to.deep.equal('01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26'.split(' '));
    expect(dates(2024)).to.deep.equal('01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25'.split(' '));
    expect(usHolidays(1997)).to.have.length(8);
  });

  it('have no bar of SPY in twenty-one years, and all other weekdays but nine have one', async function () {
    if (!names.includes('spy-1d-raw.csv.gz')) return this.skip();
    const { bars } = await readBarFile(`${folder}spy-1d-raw.csv.gz`);
    const days = new Set(bars.openTimeMs);
    const holidays = new Set(Array.from({ length: 21 }, (_, i) => usHolidays(1998 + i)).flat());
    expect([...holidays].filter((day) => days.has(day))).to.deep.equal([]);
    let missing = 0;
    for (let day = bars.openTimeMs[0]; day <= Date.UTC(2018, 11, 31); day += DAY_MS) {
      const isOpen = new Date(day).getUTCDay() % 6 !== 0 && !holidays.has(day);
      missing += Number(isOpen && !days.has(day));
    }
    // September 2001, Reagan, Ford, Sandy, Bush.
    expect(missing).to.equal(9);
  });
});
