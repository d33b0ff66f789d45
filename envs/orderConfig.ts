/** How a change of position is ordered: at the market or resting, whole or in parts, at once or in slices. */

import { z } from 'zod';
import { nonNegative, positive, positiveInt } from '../core/schema.ts';

const life = {
  timeInForce: z
    .enum(['gtc', 'ioc', 'bars', 'day'])
    .default('gtc')
    .describe(
      'how long it lives: until done (gtc), its first moment only (ioc), `bars` bars, or its UTC day; another action always replaces it',
    ),
  bars: positiveInt.default(1).describe('bars that an order of timeInForce `bars` lives'),
};

const resting = {
  ...life,
  onExpiry: z
    .enum(['cancel', 'market'])
    .default('cancel')
    .describe(
      'what becomes of the rest: nothing until another weight is asked for, or a market order at the next open',
    ),
  exits: z
    .enum(['market', 'resting'])
    .default('market')
    .describe('orders that only make the position smaller: at the market, or resting as entries do'),
};

export const orderConfig = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('market').describe('at the next open, at the cost of taking'), ...life }),
    z.strictObject({
      kind: z.literal('limit').describe('rests on the better side of the close it was decided on, for the maker fee'),
      offsetBps: positive.describe('distance from that close, basis points'),
      ...resting,
    }),
    z.strictObject({
      kind: z.literal('stop').describe('waits on the worse side of that close, then takes'),
      offsetBps: positive.describe('distance from that close, basis points'),
      ...resting,
    }),
  ])
  .describe('kind of order that a change of weight becomes');

export const partialFillsConfig = z
  .strictObject({
    maxShareOfVolume: positive
      .max(1)
      .default(0.1)
      .describe("most of a bar's volume that an order is filled with, where no fill ratio was measured"),
  })
  .nullable()
  .default(null)
  .describe('orders fill in parts and the rest is carried over: by the measured fill ratio; null: orders fill whole');

export const slicingConfig = z
  .strictObject({
    sliceAbove: positive.describe('orders of a larger notional are sliced, quote currency'),
    bars: z
      .union([z.int().min(2), z.literal('auto')])
      .default('auto')
      .describe('equal slices, one a bar; auto: as many as cost least by impact and risk'),
    maxBars: z.int().min(2).default(24).describe('most slices that auto picks'),
    riskAversion: nonNegative
      .default(0.3)
      .describe('standard deviations of waiting that are as bad as a cost; 0: slice as far as maxBars'),
  })
  .nullable()
  .default(null)
  .describe('large orders at the market in equal slices over several bars (TWAP); null: at once');
