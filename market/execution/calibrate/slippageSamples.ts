/** Slippage of orders of several sizes, sampled from order books. */

import type { Session } from '../../sessions.ts';
import type { Distribution } from '../distribution.ts';
import type { SlippageRung } from '../table.ts';
import { SessionSamples } from './sessionSamples.ts';
import { walkBook, type BookSnapshot } from './walkBook.ts';

/** Order sizes that every ladder has, quote currency: shared, so that instruments can stand in for each other. */
export const ORDER_NOTIONALS: readonly number[] = [
  1_000, 10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
];

/** Differences of prices below this are rounding of floating point numbers. */
const ROUNDING_BPS = 1e-7;

interface SizeSamples {
  readonly notional: number;
  readonly beyond: SessionSamples;
  readonly againstMid: SessionSamples;
  readonly extrapolated: SessionSamples;
}

/** Takes books one at a time; each gives a buyer's and a seller's sample of every size. */
export class SlippageSamples {
  readonly #notionals: readonly number[];
  readonly #sizes: readonly SizeSamples[];
  readonly #costBps: Float64Array;

  constructor(notionals: readonly number[]) {
    this.#notionals = notionals;
    this.#costBps = new Float64Array(notionals.length);
    this.#sizes = notionals.map((notional) => ({
      notional,
      beyond: new SessionSamples(),
      againstMid: new SessionSamples(),
      extrapolated: new SessionSamples(),
    }));
  }

  push({ timeMs, bid, ask }: BookSnapshot, seconds: number): void {
    const mid = (bid.price[0] + ask.price[0]) / 2;
    const touchBps = ((ask.price[0] - mid) / mid) * 10_000;
    const weight = { seconds: seconds / 2, decay: 1 };
    for (const side of [ask, bid]) {
      const numFitting = walkBook(side, mid, this.#notionals, this.#costBps);
      this.#sizes.forEach(({ beyond, againstMid, extrapolated }, size) => {
        const beyondBps = this.#costBps[size] - touchBps;
        beyond.push(timeMs, beyondBps > ROUNDING_BPS ? beyondBps : 0, weight);
        againstMid.push(timeMs, this.#costBps[size], weight);
        extrapolated.push(timeMs, Number(size >= numFitting), weight);
      });
    }
  }

  /** Rungs over all sessions; null where no book was seen. */
  pair(): SlippageRung[] | null {
    return this.#ladder((samples) => samples.pair());
  }

  session(session: Session): SlippageRung[] | null {
    return this.#ladder((samples) => samples.session(session));
  }

  #ladder(summarize: (samples: SessionSamples) => Distribution | null): SlippageRung[] | null {
    const rungs: SlippageRung[] = [];
    for (const { notional, beyond, againstMid, extrapolated } of this.#sizes) {
      const [cell, whole, share] = [beyond, againstMid, extrapolated].map(summarize);
      if (cell === null || whole === null || share === null) return null;
      const { mean, p50, p90, p99 } = whole;
      rungs.push({
        notional,
        againstMid: { mean, p50, p90, p99 },
        extrapolatedShare: share.mean,
        measuredFrom: 'books',
        ...cell,
      });
    }
    return rungs;
  }
}
