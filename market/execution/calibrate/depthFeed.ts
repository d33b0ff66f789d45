/** A recorded feed of Binance depth messages, replayed into full order books. */

import { z } from 'zod';
import { InputError } from '../../../core/errors.ts';
import { SECOND_MS } from '../../../core/units.ts';
import type { Recording } from './numericCsv.ts';
import type { BookSide, BookSnapshot } from './walkBook.ts';

const levels = z.array(z.tuple([z.coerce.number(), z.coerce.number()]));
const snapshotMessage = z.object({ lastUpdateId: z.number(), bids: levels, asks: levels });
const depthMessage = z.object({ T: z.number(), u: z.number(), pu: z.number(), b: levels, a: levels });
type DepthMessage = z.output<typeof depthMessage>;

/** Price to quantity. */
type Side = Map<number, number>;

/**
 * Replays lines of `<local nanoseconds> <message>`: differences, and one snapshot that they build on.
 *
 * Rules of the venue: differences older than the snapshot are skipped, each later one names its predecessor.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/How-to-manage-a-local-order-book-correctly
 *
 * @returns the book at the first message of every second, and the number of depth messages
 * @throws InputError for a message that is torn, one that was lost, and a feed without snapshot
 */
export function replayDepthFeed({ name, text }: Recording): { snapshots: BookSnapshot[]; count: number } {
  const bids: Side = new Map();
  const asks: Side = new Map();
  const early: DepthMessage[] = [];
  const snapshots: BookSnapshot[] = [];
  let snapshotId: number | null = null;
  let lastId: number | null = null;
  let second = 0;
  let count = 0;

  const apply = (message: DepthMessage, where: string) => {
    if (snapshotId === null || message.u < snapshotId) return;
    if (lastId !== null && message.pu !== lastId) {
      throw new InputError({
        what: 'a depth message is missing',
        where,
        rule: `follows update ${lastId}`,
        value: message.pu,
      });
    }
    lastId = message.u;
    update(bids, message.b);
    update(asks, message.a);
    if (Math.floor(message.T / SECOND_MS) > second) {
      if (second > 0) snapshots.push({ timeMs: message.T, bid: sortSide(bids, -1), ask: sortSide(asks, 1) });
      second = Math.floor(message.T / SECOND_MS);
    }
  };

  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    const where = `${name}:${number}`;
    if (line.includes('"lastUpdateId"')) {
      const message = parse(snapshotMessage, line, where);
      snapshotId = message.lastUpdateId;
      update(bids, message.bids);
      update(asks, message.asks);
      for (const before of early) apply(before, where);
    } else if (line.includes('"depthUpdate"')) {
      const { data } = parse(z.object({ data: depthMessage }), line, where);
      count += 1;
      if (snapshotId === null) early.push(data);
      else apply(data, where);
    }
  }
  if (snapshotId === null) throw new InputError({ what: 'feed has no snapshot to build on', where: name });
  return { snapshots, count };
}

function parse<S extends z.ZodType>(schema: S, line: string, where: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(line.slice(line.indexOf(' ') + 1)));
  } catch (error) {
    throw new InputError({ what: 'not a message of the feed', where, rule: String(error) });
  }
}

function update(side: Side, changes: readonly (readonly [number, number])[]): void {
  for (const [price, quantity] of changes) {
    if (quantity === 0) side.delete(price);
    else side.set(price, quantity);
  }
}

function sortSide(side: Side, direction: 1 | -1): BookSide {
  const price = Float64Array.from(side.keys()).sort();
  if (direction < 0) price.reverse();
  return { price, quantity: Float64Array.from(price, (level) => side.get(level) ?? 0), numLevels: price.length };
}
