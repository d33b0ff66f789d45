/** Histories with another future, or none: what a probe for look-ahead compares with. */

import type { Rng } from '../../core/rng.ts';
import { copyBars, createBars, numBars, sliceBars, type Bars } from '../data/bars.ts';
import type { Companion } from '../data/companion.ts';
import { mapQuotes, quoteColumnsOf } from '../data/quotes.ts';
import { detectTimeframeMs } from '../data/timeframe.ts';

/** The bars up to `lastRow`, and of companions those that had closed with it by their times, whatever row they stand at. */
export function cutAfter(bars: Bars, lastRow: number): Bars {
  const cut = sliceBars(bars, 0, lastRow + 1);
  if (cut.companions === undefined) return cut;
  const knownMs = closeMs(bars, lastRow);
  const companions = cut.companions.map((companion): Companion => {
    const closed = countClosed(companion, knownMs);
    return {
      ...companion,
      bars: sliceBars(companion.bars, 0, closed),
      known: companion.known.map((known) => Math.min(known, companion.before + closed)),
    };
  });
  return { ...cut, companions };
}

/**
 * The same bars up to `lastRow`, another sound market after it: other level, other volatility, other volume, other quotes.
 * Of companions all that had not closed with it by their times is another market, whatever row it stands at.
 */
export function perturbAfter(bars: Bars, lastRow: number, rng: Rng): Bars {
  const perturbed = createBars(numBars(bars), quoteColumnsOf(bars));
  copyBars(bars, perturbed, 0);
  let level = 0.5 + rng.next();
  for (let row = lastRow + 1; row < numBars(bars); row++) {
    level *= Math.exp(0.05 * rng.normal());
    const open = bars.open[row] * level;
    const close = bars.close[row] * level * Math.exp(0.05 * rng.normal());
    perturbed.open[row] = open;
    perturbed.close[row] = close;
    perturbed.high[row] = Math.max(open, close) * (1 + 0.02 * rng.next());
    perturbed.low[row] = Math.min(open, close) * (1 - 0.02 * rng.next());
    perturbed.volume[row] = bars.volume[row] * 5 * rng.next();
  }
  perturbQuotes(perturbed, lastRow, rng);
  if (bars.companions === undefined) return perturbed;
  const knownMs = closeMs(bars, lastRow);
  const companions = bars.companions.map((companion): Companion => ({
    ...companion,
    bars: perturbAfter(companion.bars, countClosed(companion, knownMs) - 1, rng),
  }));
  return { ...perturbed, companions };
}

function perturbQuotes({ close, volume, quotes }: Bars, lastRow: number, rng: Rng): void {
  const halfSpread = close.map(() => 0);
  if (quotes !== undefined) for (let row = lastRow + 1; row < close.length; row++) halfSpread[row] = 0.01 * rng.next();
  mapQuotes(quotes, (values, column) => {
    for (let row = lastRow + 1; row < close.length; row++) {
      if (column === 'bid') values[row] = close[row] * (1 - halfSpread[row]);
      else if (column === 'ask') values[row] = close[row] * (1 + halfSpread[row]);
      else if (column === 'spreadBps') values[row] *= 5 * rng.next();
      else values[row] = (2 * rng.next() - 1) * (column === 'imbalance' ? 1 : volume[row]);
    }
  });
}

const closeMs = ({ openTimeMs }: Bars, row: number): number => openTimeMs[row] + (detectTimeframeMs(openTimeMs) ?? 0);

function countClosed({ bars, timeframeMs }: Companion, knownMs: number): number {
  const first = bars.openTimeMs.findIndex((openMs) => openMs + timeframeMs > knownMs);
  return first < 0 ? numBars(bars) : first;
}
