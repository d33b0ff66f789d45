import type { Rng } from '../../../core/rng.ts';
import { numBars, type Bars } from '../../../market/data/bars.ts';

/** The bars with sound quotes around their closes. */
export function withQuotes(bars: Bars, rng: Rng): Bars {
  const column = (make: (row: number) => number) => Float64Array.from({ length: numBars(bars) }, (_, row) => make(row));
  const halfSpread = column(() => 1e-4 * Math.exp(0.5 * rng.normal()));
  return {
    ...bars,
    quotes: {
      bid: column((row) => bars.close[row] * (1 - halfSpread[row])),
      ask: column((row) => bars.close[row] * (1 + halfSpread[row])),
      spreadBps: column((row) => 2e4 * halfSpread[row] * Math.exp(0.2 * rng.normal())),
      imbalance: column(() => Math.tanh(rng.normal())),
      signedVolume: column((row) => bars.volume[row] * (2 * rng.next() - 1)),
    },
  };
}
