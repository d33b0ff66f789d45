/** Settings of the market whose optimal policy is known. */

import { z } from 'zod';
import { fraction, nonNegative, positive, positiveInt } from '../core/schema.ts';

export const markovMarketConfig = z.strictObject({
  mu: nonNegative
    .default(0.002)
    .describe('mean simple return of a bar: +mu in the rising regime, -mu in the falling one'),
  sigma: positive.default(0.01).describe('standard deviation of the return of a bar'),
  stay: fraction.default(0.98).describe('probability that the next bar has the regime of this one; 0.5: no signal'),
  costBps: nonNegative.default(5).describe('basis points of the notional traded'),
  episodeBars: positiveInt.default(512).describe('bars of one episode'),
});

export type MarkovMarketConfig = z.infer<typeof markovMarketConfig>;
