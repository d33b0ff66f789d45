/** Resampling of dependent series in blocks: Politis and Romano, 1994 (stationary), and its circular sibling of 1992. */

import type { Rng } from '../../core/rng.ts';
import type { BootstrapKind } from './blockLength.ts';

export interface BlockOptions {
  readonly kind: BootstrapKind;
  /** Mean length where stationary, the length where circular; bars, at least 1. */
  readonly blockLength: number;
  readonly rng: Rng;
}

/**
 * Lays random blocks end to end until `length` bars are covered; a block runs on from the end of the series to its start.
 *
 * Every bar is as likely as any other in every place, so the resampled mean is unbiased.
 */
export function drawBlocks(
  length: number,
  { kind, blockLength, rng }: BlockOptions,
  visit: (start: number, bars: number) => void,
): void {
  const logStay = Math.log1p(-1 / blockLength); // -Infinity at blocks of one bar
  for (let covered = 0; covered < length;) {
    const start = rng.int(length);
    const drawn =
      kind === 'circular' ? Math.max(1, Math.round(blockLength)) : 1 + Math.floor(Math.log1p(-rng.next()) / logStay);
    const bars = Math.min(drawn, length - covered);
    visit(start, bars);
    covered += bars;
  }
}

/**
 * Means of resampled series, all bars of all series weighing alike; every series is resampled from itself alone.
 *
 * @returns (resamples) in the order drawn
 */
export function bootstrapMeans(
  series: readonly Float64Array[],
  resamples: number,
  options: BlockOptions,
): Float64Array {
  const total = series.reduce((length, part) => length + part.length, 0);
  const sums = series.map(circularSums);
  return Float64Array.from({ length: resamples }, () => {
    let resampled = 0;
    for (const [index, part] of series.entries()) {
      const running = sums[index];
      drawBlocks(part.length, options, (start, bars) => {
        resampled += running[start + bars] - running[start];
      });
    }
    return resampled / total;
  });
}

/**
 * Means of resampled sets of series, each kept whole: a series is its own block, so dependence inside it of any kind is kept,
 * and differences between series count as luck.
 *
 * @returns (resamples) in the order drawn
 */
export function bootstrapSeriesMeans(series: readonly Float64Array[], resamples: number, rng: Rng): Float64Array {
  const sums = series.map((part) => part.reduce((sum, value) => sum + value, 0));
  return Float64Array.from({ length: resamples }, () => {
    let resampled = 0;
    let bars = 0;
    for (let draw = 0; draw < series.length; draw++) {
      const picked = rng.int(series.length);
      resampled += sums[picked];
      bars += series[picked].length;
    }
    return resampled / bars;
  });
}

/** Running sums over the series laid twice end to end, so that a block's sum is one difference. */
function circularSums(series: Float64Array): Float64Array {
  const running = new Float64Array(2 * series.length + 1);
  for (let bar = 0; bar < 2 * series.length; bar++) running[bar + 1] = running[bar] + series[bar % series.length];
  return running;
}
