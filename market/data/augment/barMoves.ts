/** Bars as moves: what augmentations change, so that no change of theirs can break a bar's rules. */

import { createBars, numBars, type Bars } from '../bars.ts';

/** Log moves of each bar; columns of equal length. */
export interface BarMoves {
  /** From the close before to the open; 0 for the first bar. */
  readonly gap: Float64Array;
  /** From open to close. */
  readonly body: Float64Array;
  /** From the higher of open and close up to the high, at least 0. */
  readonly up: Float64Array;
  /** From the lower of open and close down to the low, at least 0. */
  readonly down: Float64Array;
  readonly volume: Float64Array;
}

export function createMoves(length: number): BarMoves {
  const column = () => new Float64Array(length);
  return { gap: column(), body: column(), up: column(), down: column(), volume: column() };
}

export function toMoves(bars: Bars): BarMoves {
  const { open, high, low, close, volume } = bars;
  const moves = createMoves(numBars(bars));
  for (let row = 0; row < close.length; row++) {
    moves.gap[row] = row === 0 ? 0 : Math.log(open[row] / close[row - 1]);
    moves.body[row] = Math.log(close[row] / open[row]);
    moves.up[row] = Math.log(high[row] / Math.max(open[row], close[row]));
    moves.down[row] = Math.log(Math.min(open[row], close[row]) / low[row]);
    moves.volume[row] = volume[row];
  }
  return moves;
}

/**
 * Bars that move so from a first price on. High and low enclose open and close whatever the moves are.
 *
 * @param openTimeMs (rows) copied
 */
export function fromMoves(
  { gap, body, up, down, volume }: BarMoves,
  startPrice: number,
  openTimeMs: Float64Array,
): Bars {
  const bars = createBars(body.length);
  bars.openTimeMs.set(openTimeMs);
  bars.volume.set(volume);
  let price = startPrice;
  for (let row = 0; row < body.length; row++) {
    const open = price * Math.exp(gap[row]);
    const close = open * Math.exp(body[row]);
    bars.open[row] = open;
    bars.close[row] = close;
    bars.high[row] = Math.max(open, close) * Math.exp(Math.max(0, up[row]));
    bars.low[row] = Math.min(open, close) * Math.exp(-Math.max(0, down[row]));
    price = close;
  }
  return bars;
}
