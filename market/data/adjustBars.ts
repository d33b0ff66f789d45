/** Corporate actions: raw prices of a stock brought to one scale, so that a split is no crash and a dividend no loss. */

import { InputError } from '../../core/errors.ts';
import { DAY_MS } from '../../core/units.ts';
import { createBars, numBars, type Bars } from './bars.ts';
import { mapQuotes } from './quotes.ts';
import { readTable } from './tables.ts';

/** One line of a factor file; it holds for all days after the line before, up to and including its own. */
export interface Factor {
  /** Midnight UTC of the last day that it holds for. */
  readonly dayMs: number;
  /** Of dividends. */
  readonly priceFactor: number;
  /** Of splits: a half before two shares were given for one. */
  readonly splitFactor: number;
}

/**
 * Reads lines of `YYYYMMDD,price factor,split factor,reference price`, as QuantConnect's LEAN keeps them.
 * https://www.quantconnect.com/docs/v2/writing-algorithms/securities/asset-classes/us-equity/corporate-actions
 *
 * @throws InputError for another kind of file, days out of order, factors that are not positive
 */
export async function readFactors(path: string): Promise<Factor[]> {
  const { kind, columns, numRows, line, unreadableRows } = await readTable(path);
  const column = (name: string) => columns.get(name) ?? new Float64Array(numRows);
  if (kind !== 'factors' || unreadableRows > 0) {
    throw new InputError({
      what: 'not a file of factors',
      where: path,
      rule: 'YYYYMMDD,price factor,split factor,price',
    });
  }
  const factors = Array.from(column('day'), (day, row) => ({
    dayMs: Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100),
    priceFactor: column('priceFactor')[row],
    splitFactor: column('splitFactor')[row],
  }));
  factors.forEach(({ dayMs, priceFactor, splitFactor }, row) => {
    const sound = priceFactor > 0 && splitFactor > 0 && (row === 0 || dayMs > factors[row - 1].dayMs);
    if (sound) return;
    throw new InputError({
      what: 'factor is not sound',
      where: `${path}:${line[row]}`,
      rule: 'days ascend, factors are positive',
      value: { day: new Date(dayMs).toISOString(), priceFactor, splitFactor },
    });
  });
  return factors;
}

/** What of an adjustment is wanted. */
export interface AdjustOptions {
  /** Dividends too, or splits only. */
  readonly dividends?: boolean;
}

/**
 * Prices times both factors, volumes by the split factor: returns are what a holder earned, turnover stays what it was.
 *
 * The scale is that of the last factor: of the present, where the file ends in one of 1.
 */
export function adjustBars(bars: Bars, factors: readonly Factor[], { dividends = true }: AdjustOptions = {}): Bars {
  return scaleBars(
    bars,
    factors.map(({ dayMs, priceFactor, splitFactor }) => ({
      untilMs: dayMs + DAY_MS,
      factor: splitFactor * (dividends ? priceFactor : 1),
      splitFactor,
    })),
  );
}

/** One split of shares. */
export interface ShareSplit {
  /** Open time of the first bar at the new prices. */
  readonly fromMs: number;
  readonly newShares: number;
  readonly oldShares: number;
}

/** Prices and volumes on the scale of the present: those before a split as if it had been made then already. */
export function adjustSplits(bars: Bars, splits: readonly ShareSplit[]): Bars {
  const inTime = splits.toSorted((a, b) => a.fromMs - b.fromMs);
  const scales = inTime.map(({ fromMs }, at) => {
    const factor = inTime.slice(at).reduce((product, later) => (product * later.oldShares) / later.newShares, 1);
    return { untilMs: fromMs, factor, splitFactor: factor };
  });
  return scaleBars(bars, scales);
}

/** What bars before a time are multiplied with. */
interface Scale {
  readonly untilMs: number;
  /** Of prices. */
  readonly factor: number;
  /** Volumes are divided by it. */
  readonly splitFactor: number;
}

/** @param scales in order of time; after the last bars stay what they are */
function scaleBars(bars: Bars, scales: readonly Scale[]): Bars {
  const adjusted = createBars(numBars(bars));
  adjusted.openTimeMs.set(bars.openTimeMs);
  const quotes = mapQuotes(bars.quotes, (values) => values.slice());
  let at = 0;
  for (let row = 0; row < numBars(bars); row++) {
    while (at < scales.length && scales[at].untilMs <= bars.openTimeMs[row]) at++;
    const { factor, splitFactor } = scales[at] ?? { factor: 1, splitFactor: 1 };
    for (const column of ['open', 'high', 'low', 'close'] as const) adjusted[column][row] = bars[column][row] * factor;
    adjusted.volume[row] = bars.volume[row] / splitFactor;
    if (quotes?.bid !== undefined) quotes.bid[row] *= factor;
    if (quotes?.ask !== undefined) quotes.ask[row] *= factor;
    if (quotes?.signedVolume !== undefined) quotes.signedVolume[row] /= splitFactor;
  }
  return quotes === null ? adjusted : { ...adjusted, quotes };
}
