/** A raw feed of depth messages as a table of the books that it builds, one a second. */

import { readRecording } from '../../execution/calibrate/numericCsv.ts';
import { replayDepthFeed } from '../../execution/calibrate/depthFeed.ts';
import { consumeFile } from '../fileBytes.ts';
import type { DataTable } from '../tables.ts';
import { isParquet } from '../tables.ts';

/** Levels of each side that are looked at. */
const LEVELS = 20;

/** Whether a file begins like a recorded feed: nanoseconds, a blank, a message. */
export async function isDepthFeed(path: string): Promise<boolean> {
  if (isParquet(path)) return false;
  let head = '';
  await consumeFile(path, async (chunks) => {
    for await (const chunk of chunks) {
      head = Buffer.from(chunk.subarray(0, 64)).toString('latin1');
      return;
    }
  });
  return /^\d+ \{/.test(head);
}

/** @throws InputError for a message that is torn or lost: no book can be built past it */
export function readDepthFeedTable(path: string): DataTable {
  const { snapshots } = replayDepthFeed(readRecording(path));
  const levels = Math.min(LEVELS, ...snapshots.flatMap(({ bid, ask }) => [bid.numLevels, ask.numLevels]));
  const columns = new Map([['timeMs', Float64Array.from(snapshots, ({ timeMs }) => timeMs)]]);
  for (const side of ['bid', 'ask'] as const) {
    for (let level = 0; level < levels; level++) {
      const name = `${side[0]}${level + 1}`;
      columns.set(
        `${name}p`,
        Float64Array.from(snapshots, (book) => book[side].price[level]),
      );
      columns.set(
        `${name}q`,
        Float64Array.from(snapshots, (book) => book[side].quantity[level]),
      );
    }
  }
  return {
    kind: 'books',
    sources: [...columns.keys()].map((name, cell) => ({ name, source: name, cell, kind: 'number' })),
    columns,
    numRows: snapshots.length,
    line: Int32Array.from(snapshots, (_, row) => row + 1),
    unreadableCells: 0,
    unreadableRows: 0,
    problems: [],
  };
}
