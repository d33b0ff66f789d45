/** The sequence of regimes that a path passes through. */

import type { Rng } from '../../core/rng.ts';
import { REGIMES, type Regime } from '../regimes/regime.ts';
import type { SyntheticConfig } from './syntheticConfig.ts';

export interface Segment {
  readonly regime: Regime;
  readonly bars: number;
}

/**
 * Segments that fill `bars` bars: a regime's length is geometric beyond the shortest, its successor one of the others.
 *
 * @param only a path that stays in this regime still changes its drift and level from segment to segment
 */
export function drawSegments(config: SyntheticConfig, rng: Rng, bars: number, only: Regime | null): Segment[] {
  const segments: Segment[] = [];
  let regime = only ?? drawRegime(config, rng, null);
  for (let left = bars; left > 0;) {
    const length = Math.min(left, drawLength(config, rng, regime));
    segments.push({ regime, bars: length });
    left -= length;
    regime = only ?? drawRegime(config, rng, regime);
  }
  return segments;
}

function drawLength(config: SyntheticConfig, rng: Rng, regime: Regime): number {
  const { minSegmentBars } = config;
  const mean = config.regimes[regime].meanBars - minSegmentBars;
  if (mean <= 0) return minSegmentBars;
  const extra = Math.log(1 - rng.next()) / Math.log(mean / (mean + 1));
  return minSegmentBars + Math.floor(extra);
}

function drawRegime(config: SyntheticConfig, rng: Rng, previous: Regime | null): Regime {
  const others = REGIMES.filter((regime) => regime !== previous && config.regimes[regime].weight > 0);
  if (others.length === 0) return previous ?? REGIMES[0];
  const total = others.reduce((sum, regime) => sum + config.regimes[regime].weight, 0);
  let at = rng.next() * total;
  for (const regime of others) {
    at -= config.regimes[regime].weight;
    if (at < 0) return regime;
  }
  return others[others.length - 1];
}
