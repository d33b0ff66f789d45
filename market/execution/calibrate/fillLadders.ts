/** Slippage from own fills, by session and order size, and how it takes the place of walks through books. */

import { SESSIONS, sessionAt, type Session } from '../../sessions.ts';
import { NUM_QUANTILES, type Distribution } from '../distribution.ts';
import type { SlippageRung } from '../table.ts';
import { FillCell, type FallbackRule } from './fillCell.ts';
import type { RecordedOrder } from './recordedOrders.ts';
import { ORDER_NOTIONALS } from './slippageSamples.ts';
import { roundMeasured } from './weightedSamples.ts';

interface SessionLadders {
  readonly books: readonly SlippageRung[] | null;
  readonly pair: readonly SlippageRung[] | null;
  readonly rule: FallbackRule;
}

/**
 * Own fills by the size that their order had.
 *
 * An order counts for the largest size of the ladder that it reaches, so that a rung is never cheaper than what was paid
 * for it; orders below the smallest size count for that, as they are charged. A fill better than mid counts as free:
 * costs are never negative.
 */
export class FillLadders {
  readonly #sessions = SESSIONS.map(() => ORDER_NOTIONALS.map(() => new FillCell()));
  readonly #pair = ORDER_NOTIONALS.map(() => new FillCell());

  /** @param halfSpread basis points that prevailed at the decision: slippage is what was paid beyond it */
  push({ decidedAtMs, side, quantity, decisionMid, fillPrice }: RecordedOrder, halfSpread: number): void {
    if (fillPrice === null) return;
    const costBps = side * (fillPrice / decisionMid - 1) * 10_000;
    const above = ORDER_NOTIONALS.findIndex((size) => size > quantity * decisionMid);
    const size = Math.max(0, (above < 0 ? ORDER_NOTIONALS.length : above) - 1);
    for (const cells of [this.#pair, this.#sessions[sessionAt(decidedAtMs)]]) {
      cells[size].push(decidedAtMs, costBps, halfSpread);
    }
  }

  /** Rungs over all sessions, own fills first, books where they are too few; null where neither was recorded. */
  pair(books: readonly SlippageRung[] | null, rule: FallbackRule): SlippageRung[] | null {
    return preferFills(this.#rungs(this.#pair, 'pair', rule), books);
  }

  /**
   * Rungs of one session, of the same sizes as those of its pair; null where the pair has to stand in for it.
   *
   * @param books of this session; null where there are none
   */
  session(session: Session, { books, pair, rule }: SessionLadders): SlippageRung[] | null {
    const fills = this.#rungs(this.#sessions[SESSIONS.indexOf(session)], 'session', rule);
    if (books !== null) return books[0].level === 'session' ? preferFills(fills, books) : [...books];
    const hasAll = pair?.every((rung) => fills.some(({ notional }) => notional === rung.notional)) ?? false;
    return hasAll ? raiseLarger(fills) : null;
  }

  #rungs(cells: readonly FillCell[], level: Distribution['level'], rule: FallbackRule): SlippageRung[] {
    return ORDER_NOTIONALS.flatMap((notional, i) => cells[i].rung(notional, level, rule) ?? []);
  }
}

function preferFills(fills: readonly SlippageRung[], books: readonly SlippageRung[] | null): SlippageRung[] | null {
  if (books === null && fills.length === 0) return null;
  const chosen =
    books === null ? fills : books.map((book) => fills.find(({ notional }) => notional === book.notional) ?? book);
  return raiseLarger(chosen);
}

/** A larger order never costs less than a smaller one, whichever of the two was measured how. */
function raiseLarger(rungs: readonly SlippageRung[]): SlippageRung[] {
  const raised: SlippageRung[] = [];
  for (const rung of rungs) {
    const smaller = raised[raised.length - 1] as SlippageRung | undefined;
    raised.push(smaller === undefined ? rung : raiseTo(smaller, rung));
  }
  return raised;
}

function raiseTo(smaller: SlippageRung, rung: SlippageRung): SlippageRung {
  if (rung.quantiles.every((value, i) => value >= smaller.quantiles[i])) return rung;
  const quantiles = rung.quantiles.map((value, i) => Math.max(value, smaller.quantiles[i]));
  const tailMean = Math.max(rung.tailMean, smaller.tailMean);
  const body = quantiles.slice(1, -1).reduce((sum, value, i) => sum + (value + quantiles[i]) / 2, 0);
  const mean = roundMeasured((body + tailMean) / (NUM_QUANTILES - 1));
  const [p50, p90, p99] = [quantiles[50], quantiles[90], quantiles[NUM_QUANTILES - 2]];
  return { ...rung, quantiles, tailMean, mean, p50, p90, p99 };
}
