import { expect } from 'chai';
import { describe, it } from 'mocha';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../../core/errors.ts';
import { readOrders } from '../../../../market/execution/calibrate/orderRecording.ts';
import { loadExecutionTable } from '../../../../market/execution/loadExecutionTable.ts';
import type { InstrumentEntry } from '../../../../market/execution/table.ts';
import { SESSIONS } from '../../../../market/sessions.ts';
import { withFolder, writeText } from '../fixtures.ts';
import {
  calmBooks,
  calmQuotes,
  fillLine,
  fillsCsv,
  fillsIn,
  measureOne,
  FILL_HEADER,
  MONDAY,
  type FillRow,
} from './orderFixtures.ts';

const about = { pair: 'X', assetClass: 'test', venue: 'test', date: '2024-01-16' } as const;

function ordersOf(rows: readonly FillRow[]) {
  let found: ReturnType<typeof readOrders> | null = null;
  withFolder((dir) => (found = readOrders(writeText(dir, 'fills.csv', fillsCsv(rows)))));
  return found as unknown as ReturnType<typeof readOrders>;
}

/** Calibrates from quotes and fills, and books where asked for. */
function entryOf(rows: readonly FillRow[], { books = false, quotes = calmQuotes() } = {}): InstrumentEntry {
  let entry: InstrumentEntry | null = null;
  withFolder((dir) => {
    const { table } = measureOne({
      ...about,
      out: dir,
      quotes: [writeText(dir, 'quotes.csv', quotes)],
      books: books ? [writeText(dir, 'books.csv', calmBooks())] : [],
      orders: [readOrders(writeText(dir, 'fills.csv', fillsCsv(rows)))],
    });
    expect(loadExecutionTable(`${dir}/execution_metrics.json`)).to.deep.equal(table);
    entry = table.instruments.X;
  });
  return entry as unknown as InstrumentEntry;
}

describe('a recording of own fills', () => {
  it('gathers the fills of an order, and keeps the orders that did not fill', () => {
    const { orders, source } = ordersOf([
      { id: 'b', decidedAtMs: MONDAY + 50, filled: 0, filledAtMs: '', price: '' },
      { id: 'a', decidedAtMs: MONDAY, filledAtMs: MONDAY + 30, filled: 2, price: 1001 },
      { id: 'a', decidedAtMs: MONDAY, filledAtMs: MONDAY + 10, filled: 6, price: 1005 },
    ]);
    expect(orders).to.have.length(2);
    expect(orders[0]).to.deep.include({ filledQuantity: 8, filledAtMs: MONDAY + 30, fillPrice: 1004, quantity: 10 });
    expect(orders[1]).to.deep.include({ filledQuantity: 0, filledAtMs: null, fillPrice: null });
    expect(source).to.include({ kind: 'fills', count: 3, from: '2024-01-15T00:00:00.000Z' });
  });

  it('JSON lines, gzip and ISO times read as the plain file does', () => {
    const row: FillRow = { id: 1, decidedAtMs: MONDAY, filledAtMs: MONDAY + 250, side: 'SELL', price: 999 };
    const plain = ordersOf([row]).orders;
    withFolder((dir) => {
      const cells = fillLine(row).split(',');
      const record = Object.fromEntries(FILL_HEADER.split(',').map((name, i) => [name, Number(cells[i]) || cells[i]]));
      const json = { ...record, fill_time: '2024-01-15T00:00:00.250Z', note: 'ignored' };
      const file = writeText(dir, 'fills.jsonl', `${JSON.stringify(json)}\n`);
      expect(readOrders(file).orders).to.deep.equal(plain);
      writeFileSync(`${dir}/fills.csv.gz`, gzipSync(fillsCsv([row])));
      expect(readOrders(`${dir}/fills.csv.gz`).orders).to.deep.equal(plain);
      expect(plain[0].side).to.equal(-1);
    });
  });

  it('what cannot be is refused with line, rule and value', () => {
    const sound: FillRow = { id: 1, decidedAtMs: MONDAY };
    expect(() => ordersOf([sound])).not.to.throw();
    const refused = (row: Partial<FillRow>, says: RegExp, first: readonly FillRow[] = []) =>
      expect(() => ordersOf([...first, { ...sound, ...row }])).to.throw(InputError, says);
    refused({ filledAtMs: MONDAY - 1 }, /fills\.csv:2: fill before its decision; got 1705276799999; rule: at or after/);
    refused({ sentAtMs: MONDAY - 1 }, /sent before its decision/);
    refused({ sentAtMs: MONDAY + 9, filledAtMs: MONDAY + 5 }, /fill before it was sent/);
    refused({ quantity: 0 }, /order quantity is not positive/);
    refused({ filled: -1 }, /filled quantity is negative/);
    refused({ filled: 11 }, /more filled than was ordered.*11/);
    refused({ filled: 6 }, /fills\.csv:3: more filled than was ordered; got 12/, [{ ...sound, filled: 6 }]);
    refused({ side: 'long' }, /side: neither buy nor sell.*"long"/);
    refused({ price: 1200 }, /far from the decision mid/);
    refused({ mid: 0, price: 1 }, /decision mid is not positive/);
    refused({ filledAtMs: '' }, /fill_time: not a time/);
    refused({ id: '' }, /without an id/);
    refused({ side: 'sell' }, /order 1 has another side/, [{ ...sound, filled: 1 }]);
    withFolder((dir) => {
      const without = writeText(dir, 'f.csv', fillsCsv([sound]).replace('decision_mid', 'mid'));
      expect(() => readOrders(without)).to.throw(InputError, /column 'decision_mid' is missing/);
      const short = writeText(dir, 's.csv', `${FILL_HEADER}\n1,2\n`);
      expect(() => readOrders(short)).to.throw(InputError, /s\.csv:2: row of another length/);
      expect(() => readOrders(writeText(dir, 'e.csv', FILL_HEADER))).to.throw(InputError, /no rows/);
      expect(() => readOrders(writeText(dir, 'x.jsonl', '[1]'))).to.throw(InputError, /x\.jsonl:1: .*no JSON object/);
    });
  });
});

describe('what own fills tell', () => {
  it('latency is decision to last fill, and comes back as it was put in', () => {
    const rows = fillsIn('london', 200, () => 1).map((row, i) => ({ ...row, filledAtMs: row.decidedAtMs + 100 + i }));
    const { latencyMs } = entryOf(rows);
    expect(latencyMs).to.include({ count: 200, level: 'pair', source: 'fills.csv', p50: 199, p90: 279 });
    expect(latencyMs?.mean).to.be.closeTo(199.5, 1e-3);
    expect(latencyMs?.quantiles[100]).to.equal(299);
  });

  it('the fill ratio counts orders that did not fill, and its p90 is what nine of ten reach', () => {
    // 100 orders: 5 fill nothing, 15 fill half, 80 fill whole.
    const rows = fillsIn('london', 100, () => 1).map((row, i): FillRow => {
      if (i < 5) return { ...row, filled: 0, filledAtMs: '', price: '' };
      return i < 20 ? { ...row, filled: 5 } : row;
    });
    const { fillRatio } = entryOf(rows);
    expect(fillRatio).to.include({ count: 100, mean: 0.875, p50: 1, p90: 0.5, p99: 0 });
    const { quantiles = [] } = fillRatio ?? {};
    expect(quantiles.every((share, i) => i === 0 || share <= quantiles[i - 1])).to.equal(true);
  });

  it('slippage is what was paid beyond the half-spread that prevailed, buyer and seller alike', () => {
    // The quotes are 1 basis point wide at either side; 4 against mid are 3 beyond it.
    const buys = fillsIn('london', 150, () => 4);
    const sells = fillsIn('newYork', 150, () => -4, { side: 'sell' });
    const { pair, sessions } = entryOf([...buys, ...sells]);
    for (const rungs of [pair.slippageBps, sessions.london.slippageBps, sessions.newYork.slippageBps]) {
      expect(rungs?.map(({ notional }) => notional)).to.deep.equal([10_000]);
      expect(rungs?.[0].p50).to.be.closeTo(3, 1e-3);
      expect(rungs?.[0].againstMid.p50).to.be.closeTo(4, 1e-3);
      expect(rungs?.[0].measuredFrom).to.equal('fills');
    }
    expect(sessions.london.slippageBps?.[0]).to.include({ level: 'session', count: 150 });
    expect(sessions.tokyo.slippageBps?.[0]).to.include({ level: 'pair', count: 0 });
    // A fill at mid is free, not a gain.
    expect(entryOf(fillsIn('london', 150, () => -2)).pair.slippageBps?.[0].mean).to.equal(0);
  });

  it('own fills take the place of books where there are enough of a size, and larger sizes are raised to them', () => {
    const { sessions } = entryOf(
      fillsIn('london', 150, () => 9),
      { books: true },
    );
    const [withFills, booksOnly] = [sessions.london.slippageBps ?? [], sessions.tokyo.slippageBps ?? []];
    const at = (rungs: typeof withFills, size: number) => rungs.find(({ notional }) => notional === size);
    expect(at(withFills, 10_000)).to.include({ measuredFrom: 'fills', count: 150 });
    expect(at(withFills, 10_000)?.p50).to.be.closeTo(8, 1e-3);
    expect(at(withFills, 1000)).to.include({ measuredFrom: 'books', p50: 0 });
    expect(at(withFills, 100_000)).to.include({ measuredFrom: 'books' });
    expect(at(withFills, 100_000)?.p50).to.be.closeTo(8, 1e-3);
    expect(at(booksOnly, 10_000)).to.include({ measuredFrom: 'books', p50: 0 });
    // Negative control: too few fills change nothing.
    const few =
      entryOf(
        fillsIn('london', 60, () => 9),
        { books: true },
      ).sessions.london.slippageBps ?? [];
    expect(few.map(({ measuredFrom }) => measuredFrom)).to.deep.equal(booksOnly.map(() => 'books'));
    expect(few).to.deep.equal(booksOnly);
  });

  it('a pair that was measured from fills alone does not thin the ladder of its class', () => {
    withFolder((dir) => {
      const quotes = [writeText(dir, 'quotes.csv', calmQuotes())];
      const books = [writeText(dir, 'books.csv', calmBooks())];
      const orders = [readOrders(writeText(dir, 'fills.csv', fillsCsv(fillsIn('london', 150, () => 4))))];
      const before = measureOne({ ...about, pair: 'A', out: dir, quotes, books }).table.assetClasses.test.slippageBps;
      const { table } = measureOne({ ...about, pair: 'B', out: dir, quotes, orders });
      expect(table.instruments.B.pair.slippageBps).to.have.length(1);
      expect(table.assetClasses.test.slippageBps).to.deep.equal(before);
      expect(before).to.have.length(9);
    });
  });

  it('too few orders are refused', () => {
    expect(() => entryOf(fillsIn('london', 29, () => 1))).to.throw(InputError, /too few orders that filled; got 29/);
  });

  it('what is not recorded anew stays as it was, with its sources', () => {
    withFolder((dir) => {
      const quotes = [writeText(dir, 'quotes.csv', calmQuotes())];
      const books = [writeText(dir, 'books.csv', calmBooks())];
      const orders = [readOrders(writeText(dir, 'fills.csv', fillsCsv(fillsIn('london', 40, () => 1))))];
      const run = (recordings: object) => measureOne({ ...about, out: dir, ...recordings }).table.instruments.X;
      expect(() => run({ orders })).to.throw(InputError, /half-spread was never measured/);
      const first = run({ quotes, books });
      const second = run({ orders });
      expect(second.sources.map(({ kind }) => kind)).to.deep.equal(['quoteTicks', 'books', 'fills']);
      expect(second.latencyMs).not.to.equal(null);
      for (const session of SESSIONS) expect(second.sessions[session]).to.deep.equal(first.sessions[session]);
      const third = run({ quotes: [writeText(dir, 'wider.csv', calmQuotes(0.2))] });
      expect(third.sources.map(({ name }) => name)).to.deep.equal(['books.csv', 'fills.csv', 'wider.csv']);
      expect(third.pair.halfSpreadBps.p50).to.be.closeTo(2, 1e-3);
      expect(third.latencyMs).to.deep.equal(second.latencyMs);
      expect(third.pair.slippageBps).to.deep.equal(first.pair.slippageBps);
    });
  });

  it('a table whose latency or fill ratio moved too far is refused', () => {
    withFolder((dir) => {
      const quotes = [writeText(dir, 'quotes.csv', calmQuotes())];
      const write = (name: string, latencyMs: number) =>
        readOrders(
          writeText(
            dir,
            name,
            fillsCsv(
              fillsIn('london', 40, () => 1).map((row) => ({ ...row, filledAtMs: row.decidedAtMs + latencyMs })),
            ),
          ),
        );
      const run = (latencyMs: number) =>
        measureOne({ ...about, out: dir, quotes, orders: [write(`fills${latencyMs}.csv`, latencyMs)] });
      run(100);
      run(150);
      expect(() => run(700)).to.throw(InputError, /X latencyMs p50: moved by a factor of 4\.7/);
    });
  });
});
