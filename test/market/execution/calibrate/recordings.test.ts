import { expect } from 'chai';
import { describe, it } from 'mocha';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../../core/errors.ts';
import { MINUTE_MS } from '../../../../core/units.ts';
import { readBooks } from '../../../../market/execution/calibrate/bookRecording.ts';
import { readQuotes } from '../../../../market/execution/calibrate/quoteRecording.ts';
import { withFolder, writeText } from '../fixtures.ts';

const TICKS = 'timestamp,bid,ask\n';
const DROP = { crossed: 'drop', duplicates: 'drop' } as const;

function quotesOf(text: string, policy?: Parameters<typeof readQuotes>[1]) {
  let found: ReturnType<typeof readQuotes> | null = null;
  withFolder((dir) => (found = readQuotes(writeText(dir, 'quotes.csv', text), policy)));
  return found as unknown as ReturnType<typeof readQuotes>;
}

function booksOf(text: string) {
  let found: ReturnType<typeof readBooks> | null = null;
  withFolder((dir) => (found = readBooks(writeText(dir, 'books.csv', text))));
  return found as unknown as ReturnType<typeof readBooks>;
}

describe('quote recordings', () => {
  it('ticks are read as they stand', () => {
    const { timeMs, bid, ask, source } = quotesOf(`${TICKS}1000,1,2\n2000,1.5,2\n2000,1.6,2\n`);
    expect([...timeMs]).to.deep.equal([1000, 2000, 2000]);
    expect([...bid]).to.deep.equal([1, 1.5, 1.6]);
    expect([...ask]).to.deep.equal([2, 2, 2]);
    expect(source).to.include({ kind: 'quoteTicks', count: 3, from: '1970-01-01T00:00:01.000Z' });
  });

  it('a gzip reads as the plain file does, and a torn one is refused', () => {
    withFolder((dir) => {
      const bytes = gzipSync(Buffer.from(`${TICKS}1000,1,2\n2000,1.5,2\n`));
      writeFileSync(`${dir}/quotes.csv.gz`, bytes);
      expect(readQuotes(`${dir}/quotes.csv.gz`).timeMs).to.have.length(2);
      writeFileSync(`${dir}/torn.csv.gz`, bytes.subarray(0, bytes.length - 12));
      expect(() => readQuotes(`${dir}/torn.csv.gz`)).to.throw(InputError, /gzip is torn/);
      expect(() => readQuotes(`${dir}/none.csv`)).to.throw(InputError, /no such recording/);
    });
  });

  it('bars give their closes, and their opens only where these are news', () => {
    const header = 'timestamp,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n';
    const bars = [
      [0, 10, 10, 10, 11, 12, 12, 12, 13],
      [MINUTE_MS, 11, 11, 11, 12, 13, 13, 13, 14],
      [2 * MINUTE_MS, 20, 20, 20, 21, 22, 22, 22, 23],
    ];
    const { timeMs, bid, holdCapMs } = quotesOf(header + bars.map((bar) => bar.join(',')).join('\n'));
    expect([...timeMs].map((time) => time / MINUTE_MS)).to.deep.equal([0, 1, 2, 2, 3]);
    expect([...bid]).to.deep.equal([10, 11, 12, 20, 21]);
    expect(holdCapMs).to.equal(MINUTE_MS);
  });

  it('ask below bid is refused with its line, or dropped and counted where that is asked for', () => {
    const text = `${TICKS}1000,1,2\n2000,2,1\n3000,1,1\n`;
    expect(() => quotesOf(text)).to.throw(InputError, /quotes\.csv:3: ask below bid/);
    const { source, timeMs } = quotesOf(text, DROP);
    expect(source.droppedCrossed).to.equal(1);
    expect(timeMs).to.have.length(2);
  });

  it('a row that repeats one of the same moment is dropped and counted, or refused where that is asked for', () => {
    const text = `${TICKS}1000,1,2\n1000,1,2\n3000,1,1\n`;
    expect(quotesOf(text).source.droppedDuplicates).to.equal(1);
    expect(quotesOf(`${TICKS}1000,1,2\n1000,1,3\n1000,1,2\n2000,1,2\n`).source.droppedDuplicates).to.equal(1);
    expect(() => quotesOf(text, { ...DROP, duplicates: 'refuse' })).to.throw(InputError, /:3: row repeats/);
  });

  it('disorder, bad cells, bad prices and missing columns are refused with their place', () => {
    expect(() => quotesOf(`${TICKS}2000,1,2\n1000,1,2\n`)).to.throw(InputError, /:3: quotes out of order/);
    expect(() => quotesOf(`${TICKS}1000,x,2\n`)).to.throw(InputError, /:2 bid: not a number.*"x"/);
    expect(() => quotesOf(`${TICKS}1000,,2\n`)).to.throw(InputError, /not a number/);
    expect(() => quotesOf(`${TICKS}1000,NaN,2\n`)).to.throw(InputError, /not a number/);
    expect(() => quotesOf(`${TICKS}1000,0,2\n2000,1,2\n`)).to.throw(InputError, /not positive/);
    expect(() => quotesOf(`${TICKS}1000,1\n`)).to.throw(InputError, /another length/);
    expect(() => quotesOf('timestamp,bid\n1000,1\n')).to.throw(InputError, /column 'ask' is missing/);
    expect(() => quotesOf(TICKS)).to.throw(InputError, /no rows/);
    expect(() => quotesOf('')).to.throw(InputError, /no rows/);
  });
});

describe('book recordings', () => {
  const header = 'timestamp,b1p,b1q,b2p,b2q,a1p,a1q,a2p,a2q\n';

  it('snapshots are read level by level', () => {
    const { snapshots, source } = booksOf(`${header}1000,99,1,98,2,101,3,102,4\n2000,99,1,98,2,101,3,102,4\n`);
    expect(source).to.include({ kind: 'books', count: 2 });
    expect([...Array.from(snapshots[0].bid.price), ...Array.from(snapshots[0].ask.quantity)]).to.deep.equal([
      99, 98, 3, 4,
    ]);
  });

  it('crossed books, levels out of order and empty levels are refused', () => {
    const good = '2000,99,1,98,2,101,3,102,4\n';
    expect(() => booksOf(`${header}1000,99,1,98,2,98.5,3,102,4\n${good}`)).to.throw(InputError, /#1: ask below bid/);
    expect(() => booksOf(`${header}1000,99,1,99.5,2,101,3,102,4\n${good}`)).to.throw(InputError, /bid level 2/);
    expect(() => booksOf(`${header}1000,99,1,98,2,101,0,102,4\n${good}`)).to.throw(InputError, /ask level 1/);
    expect(() => booksOf(`${header}3000,99,1,98,2,101,3,102,4\n${good}`)).to.throw(InputError, /out of order/);
  });

  type Levels = readonly (readonly [string, string])[];
  const depth = (timeMs: number, [u, pu]: readonly [number, number], b: Levels = [], a: Levels = []) =>
    `${timeMs}000000 ${JSON.stringify({ stream: 's', data: { e: 'depthUpdate', T: timeMs, u, pu, b, a } })}`;
  const start = `5 {"lastUpdateId":10,"bids":[["99","1"],["98","2"]],"asks":[["101","3"]]}`;

  it('a depth feed is replayed onto its snapshot', () => {
    const feed = [
      depth(1000, [8, 7], [['1', '1']]),
      start,
      depth(1500, [11, 8], [['99', '0']], [['100.5', '7']]),
      depth(2500, [12, 11]),
      depth(3500, [13, 12], [['99', '4']]),
    ].join('\n');
    const { snapshots } = booksOf(feed);
    expect(snapshots.map(({ bid }) => Array.from(bid.price))).to.deep.equal([[98], [99, 98]]);
    expect(Array.from(snapshots[1].bid.quantity)).to.deep.equal([4, 2]);
    expect(Array.from(snapshots[0].ask.price)).to.deep.equal([100.5, 101]);
  });

  it('a lost message, a torn one and a feed without snapshot are refused', () => {
    const lost = [start, depth(1500, [11, 10]), depth(2500, [13, 12])].join('\n');
    expect(() => booksOf(lost)).to.throw(InputError, /:3: a depth message is missing/);
    expect(() => booksOf([start, depth(1500, [11, 10]).slice(0, 60)].join('\n'))).to.throw(
      InputError,
      /:2: not a message/,
    );
    expect(() => booksOf(depth(1500, [11, 10]))).to.throw(InputError, /no snapshot/);
  });
});
