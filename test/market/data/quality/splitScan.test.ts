import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../../core/rng.ts';
import { DAY_MS, HOUR_MS } from '../../../../core/units.ts';
import { createBars, sliceBars, type Bars } from '../../../../market/data/bars.ts';
import { readBarFile } from '../../../../market/data/importBars.ts';
import { findSplits, SplitScan } from '../../../../market/data/quality/splitScan.ts';

const ROWS = 300;
const AT = 200;

interface Night {
  /** Price after / price before by the split alone. */
  readonly factor: number;
  /** What the open and the close moved beside it. */
  readonly openMove?: number;
  readonly closeMove?: number;
  /** Notional of the day, in usual ones. */
  readonly traded?: number;
  /** Share of the level that stays from the next day on; all by default. */
  readonly takenBack?: boolean;
  readonly volatility?: number;
  readonly hasVolume?: boolean;
}

/** Days of a stock, with one night in which more than usual happens. */
function daysWith(night: Night, seed = 1): Bars {
  const { factor, openMove = 0, closeMove = openMove, traded = 1, volatility = 0.015, hasVolume = true } = night;
  const rng = createRng(seed);
  const bars = createBars(ROWS);
  let level = 1;
  let price = 50;
  for (let row = 0; row < ROWS; row++) {
    if (row === AT) level = factor;
    if (row === AT + 1 && night.takenBack === true) level = 1;
    const isNight = row === AT;
    const open = isNight ? price * (1 + openMove) : price * Math.exp(0.3 * volatility * rng.normal());
    const close = isNight ? price * (1 + closeMove) : open * Math.exp(volatility * rng.normal());
    bars.openTimeMs[row] = Date.UTC(2020, 0, 1) + row * DAY_MS;
    bars.open[row] = open * level;
    bars.close[row] = close * level;
    bars.high[row] = Math.max(open, close) * level;
    bars.low[row] = Math.min(open, close) * level;
    const notional = 1e6 * Math.exp(0.3 * rng.normal()) * (isNight ? traded : 1);
    bars.volume[row] = hasVolume ? notional / bars.close[row] : 0;
    price = close;
  }
  return bars;
}

const found = (bars: Bars) =>
  findSplits(bars, DAY_MS).map(({ row, newShares, oldShares }) => `${row} ${newShares}:${oldShares}`);
const ratioOf = (text: string) => text.split(':').map(Number) as [number, number];

describe('share splits', () => {
  const usual = [
    '2:1',
    '3:1',
    '4:1',
    '5:1',
    '7:1',
    '10:1',
    '20:1',
    '1:2',
    '1:3',
    '1:4',
    '1:5',
    '1:10',
    '1:20',
    '1:25',
    '1:50',
  ];

  it('are found by their ratio, whatever the day brought beside, with and without volume', () => {
    for (const text of usual) {
      const [newShares, oldShares] = ratioOf(text);
      for (const openMove of [-0.03, 0, 0.03]) {
        for (const hasVolume of [true, false]) {
          const night = { factor: oldShares / newShares, openMove, closeMove: openMove * 1.5, hasVolume };
          expect(found(daysWith(night)), `${text} ${openMove}`).to.deep.equal([`${AT} ${text}`]);
        }
      }
    }
    expect(found(daysWith({ factor: 2 / 3, openMove: -0.02 }))).to.deep.equal([`${AT} 3:2`]);
  });

  it('are found on days that fall or rise by 12 % on top', () => {
    for (const text of usual) {
      const [newShares, oldShares] = ratioOf(text);
      for (const move of [-0.12, 0.12]) {
        for (const traded of [1, 2]) {
          const night = { factor: oldShares / newShares, openMove: move, closeMove: 1.4 * move, traded };
          expect(found(daysWith(night)), `${text} ${move}`).to.have.lengthOf(1);
        }
      }
    }
  });

  it('1:20 of a stock that fell by 11 % and then 17 % on the day, at five times the usual notional, is 1:20', () => {
    for (let seed = 0; seed < 20; seed++) {
      const night = { factor: 20, openMove: -0.11, closeMove: -0.17, traded: 5, volatility: 0.06 };
      expect(found(daysWith(night, seed)), `seed ${seed}`).to.deep.equal([`${AT} 1:20`]);
    }
  });

  it('are no crashes, buyouts and wrong prints', () => {
    for (const fall of [0.25, 0.33, 0.4, 0.5, 0.6, 0.67, 0.75]) {
      expect(found(daysWith({ factor: 1 - fall, traded: 12 })), `fall of ${fall}`).to.deep.equal([]);
    }
    for (const rise of [0.5, 1, 2]) {
      expect(found(daysWith({ factor: 1 + rise, traded: 20 })), `rise of ${rise}`).to.deep.equal([]);
    }
    // A third less without volume to tell by is left alone: no split is as frequent as such a crash.
    expect(found(daysWith({ factor: 2 / 3, hasVolume: false }))).to.deep.equal([]);
    for (const factor of [2, 1 / 2, 10]) expect(found(daysWith({ factor, takenBack: true }))).to.deep.equal([]);
    for (let seed = 0; seed < 50; seed++) {
      const wild = { factor: 1, volatility: 0.09 };
      expect(found(daysWith(wild, seed)), `seed ${seed}`).to.deep.equal([]);
    }
  });

  it('after a hole of weeks are not looked for: prices may do anything there', () => {
    const bars = daysWith({ factor: 1 / 4 });
    bars.openTimeMs.subarray(AT).forEach((_, i, times) => (times[i] += 20 * DAY_MS));
    expect(found(bars)).to.deep.equal([]);
  });

  it('are the same chunk by chunk, and on the last bar too', () => {
    const bars = daysWith({ factor: 1 / 3, openMove: 0.02 });
    for (const size of [1, 7, 201, 250]) {
      const scan = new SplitScan(DAY_MS);
      for (let from = 0; from < ROWS; from += size) scan.push(sliceBars(bars, from, Math.min(ROWS, from + size)));
      expect(scan.finish()).to.deep.equal(findSplits(bars, DAY_MS));
    }
    expect(found(sliceBars(bars, 0, AT + 1))).to.deep.equal([`${AT} 3:1`]);
  });

  it('within a day are told from a first hour that always trades much', () => {
    const bars = daysWith({ factor: 1 / 2, traded: 6 });
    // Six hours a day; the split falls on the first of one.
    const first = AT % 6;
    for (let row = 0; row < ROWS; row++) {
      const day = Math.floor((row - first) / 6);
      bars.openTimeMs[row] = Date.UTC(2020, 0, 1) + day * DAY_MS + (row - first - day * 6) * HOUR_MS;
      if ((row - first) % 6 === 0 && row !== AT) bars.volume[row] *= 6;
    }
    expect(findSplits(bars, HOUR_MS).map(({ row }) => row)).to.deep.equal([AT]);
  });

  it('of every file of real bars are those that there were', async function () {
    this.timeout(60_000);
    const folder = fileURLToPath(new URL('../../../../../shared/data/bars/', import.meta.url));
    if (!existsSync(folder)) return this.skip();
    const splits: Record<string, string[]> = {};
    for (const name of readdirSync(folder).filter(
      (file) => file.endsWith('.csv.gz') && !file.includes('-1m-bitfinex'),
    )) {
      const { bars, timeframeMs } = await readBarFile(`${folder}${name}`);
      const own = findSplits(bars, timeframeMs).map(
        ({ timeMs, newShares, oldShares }) =>
          `${new Date(timeMs).toISOString().slice(0, 10)} ${newShares}:${oldShares}`,
      );
      if (own.length > 0) splits[name] = own;
    }
    expect(splits).to.deep.equal({
      'aapl-1d-raw.csv.gz': ['2000-06-21 2:1', '2005-02-28 2:1', '2014-06-09 7:1'],
      'goog-1d-raw.csv.gz': ['2014-04-03 2:1'],
      'ibm-1d-raw.csv.gz': ['1999-05-27 2:1'],
    });
  });
});
