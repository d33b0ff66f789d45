/** Looks for share splits in raw prices, chunk by chunk: a series may be longer than memory. */

import { median, quantileSorted } from '../../../core/statistics.ts';
import { DAY_MS } from '../../../core/units.ts';
import { robustScaleOf } from './robustScale.ts';
import { LONGEST_BREAK_MS } from './tradingHours.ts';

/** A jump from the close before to the open that stays, by about the ratio of a split. */
export interface SplitJump {
  /** First row after it. */
  readonly row: number;
  /** Open time of that row. */
  readonly timeMs: number;
  readonly closeBefore: number;
  readonly open: number;
  /** The likeliest ratio, as announcements have it: newShares for oldShares, 2 and 1 where the price halves. */
  readonly newShares: number;
  readonly oldShares: number;
}

interface Ratio {
  readonly newShares: number;
  readonly oldShares: number;
  /** log(price before / price after). */
  readonly move: number;
  /** How much less likely than the usual ratios it is, in deviations of a day. */
  readonly rarity: number;
}

const USUAL = new Set([2, 3, 4, 5, 10, 20]);
const KNOWN = new Set([6, 7, 8, 15, 25, 30, 50, 100]);
const rarityOf = (shares: number): number => (USUAL.has(shares) ? 0 : KNOWN.has(shares) ? 1.5 : 4);

const ratio = (newShares: number, oldShares: number, rarity: number): Ratio => ({
  newShares,
  oldShares,
  move: Math.log(newShares / oldShares),
  rarity,
});
const WHOLE = [...Array.from({ length: 19 }, (_, i) => i + 2), 25, 30, 50, 100];
const RATIOS: readonly Ratio[] = [
  ratio(3, 2, 0),
  ...WHOLE.map((shares) => ratio(shares, 1, rarityOf(shares))),
  ...WHOLE.map((shares) => ratio(1, shares, rarityOf(shares))),
];

/** Rows before a jump that tell what is usual. */
const ROWS_BEFORE = 60;
const MIN_RETURNS = 5;
/** Smaller jumps are no split, which saves the rest of the work on nearly all rows. */
const LEAST_MOVE = 0.3;
/** Robust deviations that a jump has at least. */
const MIN_SCORE = 10;
/** How far from its ratio an open may be, as a share of the ratio's move: the night brings news too. */
const TOLERANCE = 0.25;
const [LEAST_TOLERANCE, MOST_TOLERANCE] = [0.1, 0.35];
/** By the close a day has gone on, and by the next two. */
const [CLOSE_SLACK, NEXT_CLOSE_SLACK] = [1.5, 2];
/** News that move a price by a third or a half are traded on; a split changes nothing that trades. In usual notionals. */
const [CRASH_NOTIONAL, SMALL_RATIO_NOTIONAL, LARGE_RATIO_NOTIONAL] = [4, 2.5, 8];
/** From here on a ratio is large, and from there on no news explain it, however much was traded. */
const [LARGE_MOVE, CERTAIN_MOVE] = [Math.log(4) - MOST_TOLERANCE, Math.log(6)];
/** Within a day the first bar trades more than most. */
const INTRADAY_QUANTILE = 0.95;

interface Candidate extends SplitJump {
  readonly move: number;
  readonly tolerance: number;
}

/** {@link SplitScan} of bars that are in memory. */
export function findSplits(bars: Parameters<SplitScan['push']>[0], timeframeMs: number): readonly SplitJump[] {
  const scan = new SplitScan(timeframeMs);
  scan.push(bars);
  return scan.finish();
}

/** Rows in order; prices positive. */
export class SplitScan {
  readonly #timeframeMs: number;
  readonly #jumps: SplitJump[] = [];
  readonly #closes = new Float64Array(ROWS_BEFORE + 1);
  readonly #notionals = new Float64Array(ROWS_BEFORE + 1);
  #rows = 0;
  #timeMs = NaN;
  /** Stays one if the next close agrees. */
  #candidate: Candidate | null = null;

  /** @param timeframeMs of the bars */
  constructor(timeframeMs: number) {
    this.#timeframeMs = timeframeMs;
  }

  /** Takes `length` more rows in. @param volume NaN or zero where it is not known */
  push(
    { openTimeMs, open, close, volume }: Readonly<Record<'openTimeMs' | 'open' | 'close' | 'volume', Float64Array>>,
    length = openTimeMs.length,
  ): void {
    const size = this.#closes.length;
    for (let i = 0; i < length; i++, this.#rows++) {
      const before = this.#closes[(this.#rows + size - 1) % size];
      this.#confirm(close[i]);
      if (this.#rows > MIN_RETURNS && Math.abs(open[i] / before - 1) > 0.25) {
        const notional = close[i] * volume[i];
        this.#candidate = this.#judge({ timeMs: openTimeMs[i], open: open[i], close: close[i], notional, before });
      }
      this.#closes[this.#rows % size] = close[i];
      this.#notionals[this.#rows % size] = close[i] * volume[i];
      this.#timeMs = openTimeMs[i];
    }
  }

  /** All jumps of the rows taken in. */
  finish(): readonly SplitJump[] {
    if (this.#candidate !== null) this.#keep(this.#candidate);
    this.#candidate = null;
    return this.#jumps;
  }

  #confirm(close: number): void {
    if (this.#candidate === null) return;
    const { closeBefore, move, tolerance } = this.#candidate;
    if (isNear(close / closeBefore, move, NEXT_CLOSE_SLACK * tolerance)) this.#keep(this.#candidate);
    this.#candidate = null;
  }

  #keep({ move: _move, tolerance: _tolerance, ...jump }: Candidate): void {
    this.#jumps.push(jump);
  }

  #judge(bar: { timeMs: number; open: number; close: number; notional: number; before: number }): Candidate | null {
    const { timeMs, open, close, notional, before } = bar;
    const jump = Math.log(before / open);
    const stepMs = timeMs - this.#timeMs;
    // Over a long hole prices may do anything.
    if (!(Math.abs(jump) >= LEAST_MOVE) || stepMs > LONGEST_BREAK_MS) return null;
    const { closes, notionals } = this.#past();
    const returns = Float64Array.from({ length: closes.length - 1 }, (_, i) => Math.log(closes[i + 1] / closes[i]));
    const scale = robustScaleOf(returns);
    if (Math.abs(jump) < MIN_SCORE * scale) return null;
    // Back to where it was two rows ago: it was the row between that was wrong.
    if (isNear(open / closes[closes.length - 2], 0, LEAST_MOVE)) return null;
    const isDaily = this.#timeframeMs >= DAY_MS;
    const usual = isDaily
      ? (median(notionals) ?? 0)
      : (quantileSorted(notionals.slice().sort(), INTRADAY_QUANTILE) ?? 0);
    const traded = usual > 0 && notional > 0 ? notional / usual : null;
    const found = RATIOS.filter(({ move }) => isNear(open / before, move, toleranceOf(move)))
      .filter(({ move }) => isNear(close / before, move, CLOSE_SLACK * toleranceOf(move)))
      .filter((candidate) => isPlausible(candidate, traded, isDaily || stepMs > this.#timeframeMs));
    if (found.length === 0) return null;
    const unlikely = ({ move, rarity }: Ratio) => Math.abs(jump - move) / Math.max(scale, 0.01) + rarity;
    const best = found.reduce((a, b) => (unlikely(b) < unlikely(a) ? b : a));
    const { newShares, oldShares, move } = best;
    return {
      row: this.#rows,
      timeMs,
      closeBefore: before,
      open,
      newShares,
      oldShares,
      move,
      tolerance: toleranceOf(move),
    };
  }

  /** In their order. */
  #past(): { readonly closes: Float64Array; readonly notionals: Float64Array } {
    const size = this.#closes.length;
    const length = Math.min(this.#rows, size);
    const at = (i: number) => (this.#rows - length + i) % size;
    return {
      closes: Float64Array.from({ length }, (_, i) => this.#closes[at(i)]),
      notionals: Float64Array.from({ length }, (_, i) => this.#notionals[at(i)]),
    };
  }
}

const toleranceOf = (move: number): number =>
  Math.min(MOST_TOLERANCE, Math.max(LEAST_TOLERANCE, TOLERANCE * Math.abs(move)));

const isNear = (priceRatio: number, move: number, tolerance: number): boolean =>
  Math.abs(Math.log(priceRatio) + move) < tolerance;

/**
 * Whether the ratio, rather than news, explains the jump.
 *
 * @param traded notional in usual ones; null where volume is not known
 * @param isOvernight the market was closed before
 */
function isPlausible({ newShares, oldShares, move }: Ratio, traded: number | null, isOvernight: boolean): boolean {
  const size = Math.abs(move);
  // 3:2 has the size of a crash: only a market that was closed, and that trades as usual, tells them apart.
  if (newShares === 3 && oldShares === 2) return isOvernight && traded !== null && traded < SMALL_RATIO_NOTIONAL;
  if (traded === null || size > CERTAIN_MOVE) return true;
  return traded < (size > LARGE_MOVE ? LARGE_RATIO_NOTIONAL : CRASH_NOTIONAL);
}
