/** Recorded order books, as snapshots in time order, whatever they were recorded as. */

import { InputError } from '../../../core/errors.ts';
import type { TableSource } from '../table.ts';
import { replayDepthFeed } from './depthFeed.ts';
import { parseNumericCsv, readRecording, requireColumns, type NumericCsv, type Recording } from './numericCsv.ts';
import type { BookSnapshot } from './walkBook.ts';

export interface BookRecording {
  readonly snapshots: readonly BookSnapshot[];
  readonly source: TableSource;
}

/**
 * Reads snapshots of N levels (`timestamp,b1p,b1q,...,a1p,a1q,...`), or a raw depth feed of Binance, replayed to one
 * full book a second.
 *
 * @throws InputError for snapshots out of order, levels out of order, crossed books, negative quantities
 */
export function readBooks(path: string): BookRecording {
  const recording = readRecording(path);
  const isFeed = /^\d+ \{/.test(recording.text.slice(0, 40));
  const { snapshots, count } = isFeed ? replayDepthFeed(recording) : parseSnapshots(recording);
  if (snapshots.length < 2) throw new InputError({ what: 'needs two snapshots at least', where: recording.name });
  for (let i = 0; i < snapshots.length; i++)
    checkSnapshot(snapshots[i], snapshots[i - 1], `${recording.name} #${i + 1}`);
  const source: TableSource = {
    name: recording.name,
    kind: isFeed ? 'depthFeed' : 'books',
    sha256: recording.sha256,
    from: new Date(snapshots[0].timeMs).toISOString(),
    to: new Date(snapshots[snapshots.length - 1].timeMs).toISOString(),
    count,
    droppedDuplicates: 0,
    droppedCrossed: 0,
  };
  return { snapshots, source };
}

function parseSnapshots(recording: Recording): { snapshots: BookSnapshot[]; count: number } {
  const csv = parseNumericCsv(recording);
  const [timeMs] = requireColumns(csv, ['timestamp'], recording.name);
  const numLevels = csv.header.filter((name) => /^b\d+p$/.test(name)).length;
  const bid = sideColumns(csv, { side: 'b', numLevels }, recording.name);
  const ask = sideColumns(csv, { side: 'a', numLevels }, recording.name);
  const at = ({ price, quantity }: typeof bid, row: number) => ({
    price: Float64Array.from(price, (column) => column[row]),
    quantity: Float64Array.from(quantity, (column) => column[row]),
    numLevels,
  });
  const snapshots = Array.from(timeMs, (time, row) => ({ timeMs: time, bid: at(bid, row), ask: at(ask, row) }));
  return { snapshots, count: csv.numRows };
}

function sideColumns(csv: NumericCsv, { side, numLevels }: { side: 'a' | 'b'; numLevels: number }, where: string) {
  const levels = Array.from({ length: Math.max(1, numLevels) }, (_, i) => i + 1);
  return {
    price: requireColumns(
      csv,
      levels.map((level) => `${side}${level}p`),
      where,
    ),
    quantity: requireColumns(
      csv,
      levels.map((level) => `${side}${level}q`),
      where,
    ),
  };
}

function checkSnapshot(snapshot: BookSnapshot, previous: BookSnapshot | undefined, where: string): void {
  if (previous !== undefined && snapshot.timeMs < previous.timeMs) {
    throw new InputError({ what: 'snapshots out of order', where, value: snapshot.timeMs });
  }
  const { bid, ask } = snapshot;
  if (bid.numLevels === 0 || ask.numLevels === 0) throw new InputError({ what: 'a side of the book is empty', where });
  if (ask.price[0] < bid.price[0]) {
    throw new InputError({ what: 'ask below bid', where, value: { bid: bid.price[0], ask: ask.price[0] } });
  }
  for (const [name, side, direction] of [
    ['bid', bid, -1],
    ['ask', ask, 1],
  ] as const) {
    for (let level = 0; level < side.numLevels; level++) {
      const falls = level > 0 && direction * (side.price[level] - side.price[level - 1]) <= 0;
      if (falls || !(side.price[level] > 0) || !(side.quantity[level] > 0)) {
        throw new InputError({
          what: `${name} level ${level + 1} is not sound`,
          where,
          rule: 'prices lead away from the touch, quantities are positive',
          value: { price: side.price[level], quantity: side.quantity[level] },
        });
      }
    }
  }
}
