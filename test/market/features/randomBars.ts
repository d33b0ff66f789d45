import type { Rng } from '../../../core/rng.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { createBars, type Bars } from '../../../market/data/bars.ts';

/** A sound random walk of hour bars. */
export function randomBars(rng: Rng, length: number): Bars {
  const bars = createBars(length);
  let price = 100 * (0.5 + rng.next());
  for (let row = 0; row < length; row++) {
    const open = price * (1 + 0.001 * rng.normal());
    const close = open * Math.exp(0.01 * rng.normal());
    bars.openTimeMs[row] = Date.UTC(2024, 0, 1) + row * HOUR_MS;
    bars.open[row] = open;
    bars.close[row] = close;
    bars.high[row] = Math.max(open, close) * (1 + 0.005 * rng.next());
    bars.low[row] = Math.min(open, close) * (1 - 0.005 * rng.next());
    bars.volume[row] = 1000 * Math.exp(0.5 * rng.normal());
    price = close;
  }
  return bars;
}
