/** What drives the price inside a segment: the expected return of the next bar and its deviation. */

import type { Rng } from '../../core/rng.ts';
import { BPS } from '../../core/units.ts';
import type { Regime } from '../regimes/regime.ts';
import type { SyntheticConfig } from './syntheticConfig.ts';

export interface SegmentDynamics {
  /** Deviation of one-bar returns before stochastic volatility. */
  readonly volatility: number;
  /** Expected simple return of the bar that opens at `price`; call once a bar, in order. */
  expectedReturn(price: number): number;
}

/** @param price where the segment begins: the level that reverting regimes come back to */
export function drawDynamics(config: SyntheticConfig, rng: Rng, regime: Regime, price: number): SegmentDynamics {
  const vary = () => 1 + config.variation * (2 * rng.next() - 1);
  const volatility = config.regimes[regime].volatilityBps * BPS * vary();
  if (regime === 'uptrend' || regime === 'downtrend') {
    const sign = regime === 'uptrend' ? 1 : -1;
    const drift = sign * config.regimes[regime].driftBps * BPS * config.strength * vary();
    return { volatility, expectedReturn: () => drift };
  }
  const { reversion, amplitudeBps, periodBars } = config.regimes[regime];
  const pull = Math.min(1, reversion * config.strength);
  const amplitude = amplitudeBps * BPS * vary() * (rng.next() < 0.5 ? 1 : -1);
  const step = (2 * Math.PI) / (periodBars * vary());
  let phase = 0;
  return {
    volatility,
    expectedReturn: (current) => {
      phase += step;
      const level = price * Math.exp(amplitude * Math.sin(phase));
      return pull * Math.log(level / current);
    },
  };
}
