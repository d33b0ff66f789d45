import { expect } from 'chai';
import { it } from 'mocha';
import fc from 'fast-check';
import { durationMs, MINUTE_MS } from '../../../../core/units.ts';
import { BAR_COLUMNS, concatBars, createBars, numBars, sliceBars, type Bars } from '../../../../market/data/bars.ts';
import type { BarStore, Series, TimeRange } from '../../../../market/data/stores/barStore.ts';
import { digestSeries, loadBars } from '../../../../market/data/stores/series.ts';
import { hashBars } from '../../../../market/data/barsHash.ts';
import { refusal } from '../../../helpers/refusal.ts';

const START_MS = Date.UTC(2024, 0, 30);
const MINUTE = durationMs(MINUTE_MS);

/** Bars whose every bit matters: prices from all over the range of doubles. */
export function oddBars(count: number, startMs = START_MS, stepMs = MINUTE_MS): Bars {
  const bars = createBars(count);
  for (let row = 0; row < count; row++) {
    const low = [1 / 3, 5e-324, 1e-7 / 7, 12345.678901234567, 1e300][row % 5];
    bars.openTimeMs[row] = startMs + row * stepMs;
    bars.low[row] = low;
    bars.open[row] = low * (1 + (row % 7) / 9);
    bars.close[row] = low * (1 + (row % 3) / 7);
    bars.high[row] = Math.max(bars.open[row], bars.close[row]);
    bars.volume[row] = (row % 4) * Math.PI;
  }
  return bars;
}

/** Registers the promises that every store of bars keeps; call it once per implementation. */
export function testBarStoreContract(name: string, open: (memoryBudgetMb?: number) => Promise<BarStore>): void {
  let serial = 0;
  /** A series of its own for each test, with a name that no file system and no protocol takes as it is. */
  const fresh = (): Series => ({ instrument: `B=T,C "${serial++}"/../é .%`, timeframeMs: MINUTE });

  it(`${name}: what went in comes out bit for bit, and the store says what it holds`, async () => {
    const store = await open();
    const series = fresh();
    const bars = oddBars(5000);
    expect(await store.span(series)).to.equal(null);
    expect(await collect(store, series)).to.satisfy((read: Bars) => numBars(read) === 0);
    await store.append(series, bars);
    expect(await store.span(series)).to.deep.equal({
      bars: 5000,
      firstMs: START_MS,
      lastMs: START_MS + 4999 * MINUTE_MS,
    });
    expect(hashBars(await collect(store, series))).to.equal(hashBars(bars));
    expect(hashBars(await loadBars(store, series))).to.equal(hashBars(bars));
    expect(await store.list()).to.deep.include(series);
    await store.close();
  });

  it(`${name}: a range holds the bars that open in it, its start among them and its end not`, async () => {
    const store = await open();
    const series = fresh();
    // An hour missing in the middle, and the second half added in pieces.
    const bars = concatBars([oddBars(100), oddBars(60, START_MS + 160 * MINUTE_MS)]);
    await store.append(series, sliceBars(bars, 0, 90));
    await store.append(series, sliceBars(bars, 90, 91));
    await store.append(series, sliceBars(bars, 91, 160));
    const edge = fc.integer({ min: -3, max: 225 }).chain((bar) => fc.constantFrom(bar, bar + 0.5));
    await fc.assert(
      fc.asyncProperty(edge, edge, async (a, b) => {
        const range = { fromMs: START_MS + a * MINUTE_MS, toMs: START_MS + b * MINUTE_MS };
        const expected = within(bars, range);
        expect(hashBars(await collect(store, series, range))).to.equal(hashBars(expected));
      }),
      { numRuns: 15 },
    );
    await store.close();
  });

  it(`${name}: many small appends read as one large one`, async () => {
    const store = await open();
    const [small, large] = [fresh(), fresh()];
    const bars = oddBars(400);
    for (let from = 0; from < 400; from += 40) await store.append(small, sliceBars(bars, from, from + 40));
    await store.append(large, bars);
    expect(await digestSeries(store, small)).to.deep.equal(await digestSeries(store, large));
    await store.append(small, createBars(0));
    expect((await store.span(small))?.bars).to.equal(400);
    await store.close();
  });

  it(`${name}: another bar, another digest: the control`, async () => {
    const store = await open();
    const [one, other] = [fresh(), fresh()];
    const bars = oddBars(50);
    await store.append(one, bars);
    bars.volume[49] += 1e-9;
    await store.append(other, bars);
    const [a, b] = [await digestSeries(store, one), await digestSeries(store, other)];
    expect(a.bars).to.equal(b.bars);
    expect(a.hash).not.to.equal(b.hash);
    await store.close();
  });

  it(`${name}: bars that overlap, break a rule, or fall between milliseconds are refused, and nothing of them stays`, async () => {
    const store = await open();
    const series = fresh();
    await store.append(series, oddBars(10));
    expect(await refusal(() => store.append(series, oddBars(10, START_MS + 9 * MINUTE_MS)))).to.contain(
      'before the end',
    );
    const broken = oddBars(10, START_MS + 10 * MINUTE_MS);
    broken.high[7] = broken.low[7] / 2;
    expect(await refusal(() => store.append(series, broken))).to.match(/bar 8 of 10.*high/);
    expect(await refusal(() => store.append(series, oddBars(3, START_MS + 20 * MINUTE_MS + 0.5)))).to.contain(
      'millisecond',
    );
    expect((await store.span(series))?.bars).to.equal(10);
    await store.close();
  });

  it(`${name}: series do not see each other, and another opening of the store sees all`, async () => {
    const store = await open();
    const [one, other] = [fresh(), { instrument: 'b=t,C', timeframeMs: durationMs(250) }];
    await store.append(one, oddBars(3));
    await store.append(other, oddBars(4, START_MS, 250));
    await store.close();
    const again = await open();
    expect((await again.span(one))?.bars).to.equal(3);
    expect((await again.span(other))?.bars).to.equal(4);
    expect(await again.span({ ...other, timeframeMs: MINUTE })).to.equal(null);
    expect(await again.list()).to.deep.include.members([one, other]);
    await again.close();
  });

  it(`${name}: chunks are not empty, are new memory, and fit the budget`, async () => {
    const store = await open(192);
    const series = fresh();
    const bars = oddBars(150_000);
    await store.append(series, bars);
    const chunks: Bars[] = [];
    for await (const chunk of store.read(series)) chunks.push(chunk);
    expect(chunks.length).to.be.greaterThan(1);
    // Of 192 megabytes 48 are for eight chunks of 48 bytes a bar.
    for (const chunk of chunks) expect(numBars(chunk)).to.be.within(1, 48e6 / 8 / 48);
    expect(hashBars(concatBars(chunks))).to.equal(hashBars(bars));
    await store.close();
  });
}

/** The whole stretch. */
export async function collect(store: BarStore, series: Series, range?: TimeRange): Promise<Bars> {
  const chunks: Bars[] = [];
  for await (const chunk of store.read(series, range)) chunks.push(chunk);
  return concatBars(chunks);
}

function within(bars: Bars, { fromMs, toMs }: TimeRange): Bars {
  const rows = [...bars.openTimeMs.keys()].filter(
    (row) => bars.openTimeMs[row] >= fromMs && bars.openTimeMs[row] < toMs,
  );
  const found = createBars(rows.length);
  for (const column of BAR_COLUMNS) rows.forEach((row, i) => (found[column][i] = bars[column][row]));
  return found;
}
