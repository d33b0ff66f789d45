/** Bars of a higher timeframe, visible only when they have closed. */

import { InputError } from '../../core/errors.ts';
import { createBars, numBars, sliceBars, type Bars } from './bars.ts';
import { mapQuotes, type Quotes } from './quotes.ts';
import { makeBuckets, UTC_DAY, type DayStart, type HigherTimeframe } from './timeBuckets.ts';

export interface ResampleOptions {
  /** Distance of the bars that are given. */
  readonly timeframeMs: number;
  readonly to: HigherTimeframe;
  /** Where days begin; midnight UTC where absent. */
  readonly dayStart?: DayStart;
}

export interface ResampledBars {
  /** Open times are those of the stretches, whether or not a bar was there at that moment. */
  readonly bars: Bars;
  /** (rows) UTC epoch milliseconds at which each bar is known: not a moment earlier may it be looked at. */
  readonly closeTimeMs: Float64Array;
  /** (rows) given bars that each was made of. */
  readonly count: Int32Array;
}

/**
 * Open of the first, high and low of all, close of the last, sum of volumes; of quotes the last, of spreads the mean, of signed
 * volumes the sum. A stretch without any bar (a weekend, a night)
 * makes none, and one that has not closed with the last given bar is left out.
 *
 * Summed in order, so that resampling twice is resampling once up to rounding of the volume.
 *
 * @throws InputError when the given bars are longer than the stretches, or reach over the end of one
 */
export function resampleBars(bars: Bars, { timeframeMs, to, dayStart = UTC_DAY }: ResampleOptions): ResampledBars {
  const bucketOf = makeBuckets(to, dayStart);
  const rows = numBars(bars);
  const higher = createBars(rows);
  const stretch = new Int32Array(rows);
  const closeTimeMs = new Float64Array(rows);
  const count = new Int32Array(rows);
  let at = -1;
  for (let row = 0; row < rows; row++) {
    const { openMs, closeMs } = bucketOf(bars.openTimeMs[row]);
    if (bars.openTimeMs[row] + timeframeMs > closeMs) refuseOverhang(bars.openTimeMs[row], timeframeMs, closeMs);
    if (at < 0 || closeTimeMs[at] !== closeMs) {
      at += 1;
      higher.openTimeMs[at] = openMs;
      closeTimeMs[at] = closeMs;
      higher.open[at] = bars.open[row];
      higher.high[at] = bars.high[row];
      higher.low[at] = bars.low[row];
    }
    higher.high[at] = Math.max(higher.high[at], bars.high[row]);
    higher.low[at] = Math.min(higher.low[at], bars.low[row]);
    higher.close[at] = bars.close[row];
    higher.volume[at] += bars.volume[row];
    count[at] += 1;
    stretch[row] = at;
  }
  const known = rows === 0 ? -Infinity : bars.openTimeMs[rows - 1] + timeframeMs;
  const closed = at >= 0 && closeTimeMs[at] > known ? at : at + 1;
  const quotes = resampleQuotes(bars.quotes, stretch, count.subarray(0, at + 1));
  return {
    bars: sliceBars(quotes === null ? higher : { ...higher, quotes }, 0, closed),
    closeTimeMs: closeTimeMs.slice(0, closed),
    count: count.slice(0, closed),
  };
}

/**
 * @param stretch (rows) index of the higher bar that each belongs to
 * @param count (higher bars) rows of each
 */
const resampleQuotes = (quotes: Quotes | undefined, stretch: Int32Array, count: Int32Array): Quotes | null =>
  mapQuotes(quotes, (values, column) => {
    const made = new Float64Array(count.length);
    const isSum = column === 'spreadBps' || column === 'signedVolume';
    for (let row = 0; row < stretch.length; row++) made[stretch[row]] = values[row] + (isSum ? made[stretch[row]] : 0);
    return column === 'spreadBps' ? made.map((sum, at) => sum / count[at]) : made;
  });

/**
 * For each moment the last higher bar that is closed by then, -1 where none is.
 *
 * @param knownAtMs (rows) ascending: for a bar of the lower timeframe the time at which it closes
 */
export function lastClosedRow(closeTimeMs: Float64Array, knownAtMs: Float64Array): Int32Array {
  const rows = new Int32Array(knownAtMs.length);
  let at = -1;
  for (let i = 0; i < knownAtMs.length; i++) {
    while (at + 1 < closeTimeMs.length && closeTimeMs[at + 1] <= knownAtMs[i]) at++;
    rows[i] = at;
  }
  return rows;
}

function refuseOverhang(openMs: number, timeframeMs: number, closeMs: number): never {
  throw new InputError({
    what: 'a bar reaches over the end of the higher one',
    where: `resample, bar of ${new Date(openMs).toISOString()}`,
    rule: `closes by ${new Date(closeMs).toISOString()}`,
    value: `${timeframeMs / 60_000} min`,
    hint: 'the higher timeframe must be a multiple of the lower one, from the same start of days',
  });
}
