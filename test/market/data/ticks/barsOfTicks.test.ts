import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../../core/rng.ts';
import { writeParquet } from '../../../../core/storage/parquet.ts';
import { MINUTE_MS } from '../../../../core/units.ts';
import { barTable, numBars, sliceBars } from '../../../../market/data/bars.ts';
import { hashBars } from '../../../../market/data/barsHash.ts';
import { resampleBars } from '../../../../market/data/resampleBars.ts';
import { barsOfTicks, joinTrades, type TickBarOptions } from '../../../../market/data/ticks/barsOfTicks.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const folder = temporaryFolder();
const START_MS = Date.UTC(2024, 0, 1);
const EURUSD = fileURLToPath(new URL('../../../../../shared/data/quotes/eurusd-tick-oanda.csv.gz', import.meta.url));
const MINUTES: TickBarOptions = { to: MINUTE_MS, crossed: 'refuse' };

/** A CSV; the first cell of a row is seconds after the start. */
function csv(name: string, header: string, rows: readonly (readonly (number | string)[])[]): string {
  const path = join(folder, name);
  const lines = rows.map(([seconds, ...cells]) => [START_MS + Number(seconds) * 1000, ...cells].join());
  writeFileSync(path, [header, ...lines].join('\n'));
  return path;
}

const QUOTES = 'timestamp,bid,ask,bid_qty,ask_qty';
/** Bid and ask that far around 100: a spread of `bps`. */
const around = (bps: number) => [100 - bps / 200, 100 + bps / 200];

/** Some ten quotes a minute, at random moments. */
function randomQuotes(count: number): (number | string)[][] {
  const rng = createRng('ticks');
  let seconds = 0;
  let middle = 100;
  return Array.from({ length: count }, () => {
    seconds += Math.round(12_000 * rng.next()) / 1000;
    middle *= Math.exp(1e-4 * rng.normal());
    const half = 0.005 * Math.exp(rng.normal());
    return [seconds, middle - half, middle + half, rng.int(9), 1 + rng.int(9)];
  });
}

describe('bars of quotes', () => {
  it('weigh each spread by the time that it stood, and have the middles and the last quote', async () => {
    const file = csv('hand.csv', QUOTES, [
      [0, ...around(4), 1, 1],
      [30, ...around(2), 3, 1],
      [75, ...around(8), 1, 3],
      [105, 109, 111, 0, 0],
      [130, ...around(1), 1, 1],
    ]);
    const { bars, ticks, kind } = await barsOfTicks(file, MINUTES);
    expect({ ticks, kind }).to.deep.equal({ ticks: 5, kind: 'quoteTicks' });
    expect([...bars.openTimeMs]).to.deep.equal([START_MS, START_MS + MINUTE_MS]);
    // 30 s of 4 and 30 s of 2; then 15 s of the 2 that still stood, 30 s of 8, 15 s of 2 in 110.
    const last = 2e4 / 110;
    const expected = [3, (15 * 2 + 30 * 8 + 15 * last) / 60];
    bars.quotes?.spreadBps?.forEach((value, row) => expect(value).to.be.closeTo(expected[row], 1e-9));
    expect([...(bars.quotes?.imbalance ?? [])]).to.deep.equal([0.5, 0]);
    expect([...(bars.quotes?.bid ?? [])]).to.deep.equal([99.99, 109]);
    expect([bars.open[1], bars.high[1], bars.low[1], bars.close[1]]).to.deep.equal([100, 110, 100, 110]);
    expect([...bars.volume]).to.deep.equal([2, 2]);
  });

  it('leave out the stretch in which the recording begins and the one in which it ends', async () => {
    const rows = [20, 70, 130, 190].map((seconds) => [seconds, ...around(2), 1, 1]);
    const { bars, coverage } = await barsOfTicks(csv('inside.csv', QUOTES, rows), MINUTES);
    expect([...bars.openTimeMs]).to.deep.equal([START_MS + MINUTE_MS, START_MS + 2 * MINUTE_MS]);
    expect(coverage).to.deep.equal({ fromMs: START_MS + MINUTE_MS, toMs: START_MS + 3 * MINUTE_MS });
    const few = csv('few.csv', QUOTES, rows.slice(0, 2));
    expect(await refusal(() => barsOfTicks(few, MINUTES))).to.contain('no whole bar');
  });

  it('do not let a quote stand through a stretch without any', async () => {
    const rows = [
      [0, ...around(50), 1, 1],
      [150, ...around(2), 1, 1],
      [170, ...around(2), 1, 1],
      [200, ...around(2), 1, 1],
    ];
    const { bars } = await barsOfTicks(csv('hole.csv', QUOTES, rows), MINUTES);
    expect([...bars.openTimeMs]).to.deep.equal([START_MS, START_MS + 2 * MINUTE_MS]);
    expect(bars.quotes?.spreadBps?.[1]).to.be.closeTo(2, 1e-9);
  });

  it('of the first quotes are the first bars of all of them: nothing comes from later', async () => {
    const rows = randomQuotes(600);
    const all = (await barsOfTicks(csv('all.csv', QUOTES, rows), MINUTES)).bars;
    for (const count of [100, 311, 599]) {
      const { bars } = await barsOfTicks(csv('first.csv', QUOTES, rows.slice(0, count)), MINUTES);
      expect(numBars(bars)).to.be.greaterThan(5);
      expect(hashBars(bars)).to.equal(hashBars(sliceBars(all, 0, numBars(bars))));
    }
    const five = await barsOfTicks(join(folder, 'all.csv'), { ...MINUTES, to: 5 * MINUTE_MS });
    const resampled = resampleBars(all, { timeframeMs: MINUTE_MS, to: 5 * MINUTE_MS }).bars;
    const rowOf = new Map(Array.from(resampled.openTimeMs, (timeMs, row) => [timeMs, row]));
    expect(numBars(five.bars)).to.be.greaterThan(8);
    five.bars.openTimeMs.forEach((timeMs, row) => {
      const at = rowOf.get(timeMs) ?? -1;
      for (const column of ['open', 'high', 'low', 'close', 'volume'] as const) {
        expect(resampled[column][at]).to.equal(five.bars[column][row]);
      }
      expect(resampled.quotes?.ask?.[at]).to.equal(five.bars.quotes?.ask?.[row]);
    });
  });

  it('are the same from Parquet and from the first level of a book', async () => {
    const rows = randomQuotes(200);
    const { bars } = await barsOfTicks(csv('plain.csv', QUOTES, rows), MINUTES);
    const parquet = join(folder, 'ticks.parquet');
    const column = (i: number) => Float64Array.from(rows, (row) => Number(row[i]));
    const time = column(0).map((seconds) => START_MS + seconds * 1000);
    await writeParquet(parquet, { time, bid: column(1), ask: column(2), bid_qty: column(3), ask_qty: column(4) });
    expect(hashBars((await barsOfTicks(parquet, MINUTES)).bars)).to.equal(hashBars(bars));
    const book = csv(
      'book.csv',
      'timestamp,b1p,b1q,b2p,b2q,a1p,a1q,a2p,a2q',
      rows.map(([s, bid, ask, bq, aq]) => [s, bid, bq, Number(bid) - 1, 9, ask, aq, Number(ask) + 1, 9]),
    );
    const ofBook = await barsOfTicks(book, MINUTES);
    expect(ofBook.kind).to.equal('books');
    expect(hashBars(ofBook.bars)).to.equal(hashBars(bars));
  });

  it('refuse crossed quotes or leave them out by policy, and refuse disorder and prices that are none', async () => {
    const rows = [
      [0, ...around(2), 1, 1],
      [30, 101, 100, 1, 1],
      [40, ...around(4), 1, 1],
      [70, ...around(2), 1, 1],
    ];
    const crossed = csv('crossed.csv', QUOTES, rows);
    expect(await refusal(() => barsOfTicks(crossed, MINUTES)))
      .to.contain('crossed.csv:3')
      .and.to.contain('--crossed drop');
    const { bars, droppedCrossed } = await barsOfTicks(crossed, { ...MINUTES, crossed: 'drop' });
    expect(droppedCrossed).to.equal(1);
    expect(bars.quotes?.spreadBps?.[0]).to.be.closeTo((40 * 2 + 20 * 4) / 60, 1e-9);
    const late = csv('late.csv', QUOTES, [rows[2], rows[0]]);
    expect(await refusal(() => barsOfTicks(late, MINUTES)))
      .to.contain('late.csv:3')
      .and.to.contain('out of order');
    const free = csv('free.csv', QUOTES, [[0, 0, 1, 1, 1]]);
    expect(await refusal(() => barsOfTicks(free, MINUTES))).to.contain('price is not positive');
    const torn = csv('torn.csv', QUOTES, [[0, 'x', 1, 1, 1]]);
    expect(await refusal(() => barsOfTicks(torn, MINUTES))).to.contain("torn.csv:2 column 'bid'");
  });

  it('of candles have middles, closing quotes and the mean of the first and last spread', async () => {
    const header =
      'timestamp,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close,bid_size,ask_size';
    const candle = (s: number) => [s, 99, 101, 98, 100, 101, 103, 100, 104, 3, 1];
    const { bars } = await barsOfTicks(csv('candles.csv', header, [0, 60, 120].map(candle)), MINUTES);
    expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0]]).to.deep.equal([100, 102, 99, 102]);
    expect(bars.quotes?.spreadBps?.[0]).to.be.closeTo((200 + 4e4 / 102) / 2, 1e-9);
    expect(bars.quotes?.imbalance?.[0]).to.equal(0.5);
    expect(numBars(bars)).to.equal(3);
  });

  it('of a week of real quotes are sound and know the spread', async function () {
    if (!existsSync(EURUSD)) {
      this.skip();
    }
    const { bars, ticks } = await barsOfTicks(EURUSD, { ...MINUTES, to: 60 * MINUTE_MS });
    expect(ticks).to.equal(321_559);
    expect(numBars(bars)).to.be.within(120, 200);
    const spreads = [...(bars.quotes?.spreadBps ?? [])];
    expect(Math.min(...spreads)).to.be.greaterThan(0.3);
    expect(Math.max(...spreads)).to.be.lessThan(20);
  }).timeout(20_000);
});

describe('bars of quotes and trades', () => {
  const quotes = csv(
    'q.csv',
    QUOTES,
    [0, 61, 122, 183, 244].map((s, i) => [s, ...around(2 + i), 1, 1]),
  );
  const trades = csv('t.csv', 'timestamp,price,qty,taker_side', [
    [50, 99, 7, 'buy'],
    [65, 100.5, 2, 'buy'],
    [70, 100.2, 3, 'sell'],
    [185, 101, 1, 'sell'],
    [239, 102, 4, 'buy'],
    [244, 100, 1, 'buy'],
  ]);

  it('are joined by time where both have the whole stretch; no trade is a volume of zero', async () => {
    const [q, t] = [await barsOfTicks(quotes, MINUTES), await barsOfTicks(trades, MINUTES)];
    const bars = joinTrades(q, t, 'mid');
    expect(Array.from(bars.openTimeMs, (timeMs) => (timeMs - START_MS) / MINUTE_MS)).to.deep.equal([1, 2, 3]);
    expect([...bars.volume]).to.deep.equal([5, 0, 5]);
    expect([...(bars.quotes?.signedVolume ?? [])]).to.deep.equal([-1, 0, 3]);
    expect([...bars.close]).to.deep.equal([100, 100, 100]);
    const priced = joinTrades(q, t, 'trades');
    expect([...priced.close]).to.deep.equal([100.2, 102]);
    expect(priced.quotes?.spreadBps?.length).to.equal(2);
    expect(barTable(priced)).to.include.keys('bid', 'spreadBps', 'imbalance', 'signedVolume');
  });

  it('refuse recordings without a stretch in common', async () => {
    const later = csv('later.csv', 'timestamp,price,qty,side', [
      [9000, 1, 1, 'buy'],
      [9090, 1, 1, 'buy'],
      [9200, 1, 1, 'buy'],
    ]);
    const [q, t] = [await barsOfTicks(quotes, MINUTES), await barsOfTicks(later, MINUTES)];
    expect(await refusal(() => joinTrades(q, t, 'mid'))).to.contain('no whole bar in common');
  });
});
