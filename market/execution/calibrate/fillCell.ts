/** Own fills of one size in one session, or in all of them. */

import { SECOND_MS } from '../../../core/units.ts';
import type { Distribution } from '../distribution.ts';
import type { ExecutionTable, SlippageRung } from '../table.ts';
import { WeightedSamples } from './weightedSamples.ts';

export type FallbackRule = ExecutionTable['fallback'];

export class FillCell {
  readonly beyond = new WeightedSamples();
  readonly againstMid = new WeightedSamples();
  #firstMs = Infinity;
  #lastMs = -Infinity;

  push(timeMs: number, costBps: number, halfSpread: number): void {
    this.beyond.push(Math.max(0, costBps - halfSpread), 1);
    this.againstMid.push(Math.max(0, costBps), 1);
    this.#firstMs = Math.min(this.#firstMs, timeMs);
    this.#lastMs = Math.max(this.#lastMs, timeMs);
  }

  /** Null where there are too few fills, or all of them of one moment. */
  rung(notional: number, level: Distribution['level'], { minCount, minSeconds }: FallbackRule): SlippageRung | null {
    const seconds = Math.round((this.#lastMs - this.#firstMs) / SECOND_MS);
    const [beyond, whole] = [this.beyond.summarize(), this.againstMid.summarize()];
    if (beyond === null || whole === null || beyond.count < minCount || seconds < minSeconds) return null;
    const { mean, p50, p90, p99 } = whole;
    const againstMid = { mean, p50, p90, p99 };
    return { notional, againstMid, extrapolatedShare: 0, measuredFrom: 'fills', ...beyond, seconds, level };
  }
}
