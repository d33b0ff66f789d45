/** What stands between an action and its position: sizing, orders, limits, exits, margin and funding. All off unless asked for. */

import { z } from 'zod';
import { nonNegative, positive } from '../core/schema.ts';
import { orderConfig, partialFillsConfig, slicingConfig } from './orderConfig.ts';

const spanBars = z
  .int()
  .min(8)
  .default(72)
  .describe('span of the exponential average over past one-bar log returns: weight 1 - 2 / (span + 1) a bar');

export const sizingConfig = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('weight').describe('the weight of the action as it stands') }),
    z.strictObject({
      kind: z.literal('fixedFraction').describe('this fraction of equity for each unit of weight'),
      fraction: positive.describe('fraction of equity that weight 1 stands for'),
    }),
    z.strictObject({
      kind: z.literal('fixedRisk').describe('so large that the stop-loss takes this fraction of equity'),
      risk: z.number().gt(0).lt(1).describe('fraction of equity that weight 1 loses at the stop, before costs'),
    }),
    z.strictObject({
      kind: z.literal('volatilityTarget').describe('so large that equity moves as much a bar, whatever the market'),
      volatilityPerBar: positive.describe('standard deviation of log equity a bar that weight 1 aims at'),
      maxScale: positive.default(2).describe('calm markets scale a weight up by no more than this'),
      spanBars,
    }),
    z.strictObject({
      kind: z.literal('kellyCapped').describe('no larger than Kelly of the trailing mean and variance'),
      fraction: positive
        .max(1)
        .default(0.5)
        .describe('of the full Kelly weight; one half gives up a quarter of growth'),
      spanBars,
    }),
  ])
  .describe('from the weight of an action to the fraction of equity that is traded to');

export type SizingConfig = z.output<typeof sizingConfig>;

export const tradingConfig = z
  .strictObject({
    sizing: sizingConfig.prefault({ kind: 'weight' }),
    order: orderConfig.prefault({ kind: 'market' }),
    partialFills: partialFillsConfig,
    slicing: slicingConfig,
    rebalanceBand: positive
      .nullable()
      .default(null)
      .describe('trade back when the position is this far, in weight, from its size; null: only a new action trades'),
    limits: z
      .strictObject({
        maxWeight: positive.nullable().default(null).describe('largest |weight| of an order: the exposure limit'),
        maxNotional: positive.nullable().default(null).describe('largest position of an order, quote currency'),
        maxTurnoverPerBar: positive
          .nullable()
          .default(null)
          .describe(
            'most that an order trades in one bar, fraction of equity; the rest follows. Going flat is free of it',
          ),
      })
      .prefault({}),
    stopLoss: z
      .number()
      .gt(0)
      .lt(1)
      .nullable()
      .default(null)
      .describe('close when the price is this fraction against the entry; out until another action is chosen'),
    takeProfit: positive
      .nullable()
      .default(null)
      .describe('a resting limit order this fraction in favor of the entry: filled there for the maker fee'),
    margin: z
      .strictObject({
        maintenance: z
          .number()
          .gt(0)
          .lt(1)
          .default(0.05)
          .describe('equity must stay above this fraction of the position'),
        liquidationCostBps: nonNegative.default(50).describe('of the notional, on top of the costs of the fill'),
      })
      .nullable()
      .default(null)
      .describe('liquidation of levered positions; null: only ruin ends them'),
    fundingRatePerBar: z
      .number()
      .min(-0.01)
      .max(0.01)
      .default(0)
      .describe(
        'longs pay it on their notional for every timeframe that passes, between bars too, and shorts receive it; negative: the other way round',
      ),
  })
  .refine(({ sizing, stopLoss }) => sizing.kind !== 'fixedRisk' || stopLoss !== null, {
    path: ['stopLoss'],
    message: 'sizing by fixedRisk needs a stopLoss',
  })
  .refine(({ order, slicing }) => slicing === null || (order.kind === 'market' && order.timeInForce === 'gtc'), {
    path: ['slicing'],
    message: 'slices are market orders that live until done (order.kind market, timeInForce gtc)',
  });

export type TradingConfig = z.output<typeof tradingConfig>;

const DEFAULTS = tradingConfig.parse({});

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether nothing stands between the order of an action and its position. */
export const hasPlainRules = (config: TradingConfig): boolean => {
  const { order, partialFills, slicing } = DEFAULTS;
  return isSame(tradingConfig.parse({ ...config, order, partialFills, slicing }), DEFAULTS);
};

/** Whether nothing at all stands between an action and its position. */
export const isPlain = (config: TradingConfig): boolean => isSame(tradingConfig.parse(config), DEFAULTS);

/** Whether every order is at the market, filled whole at once. */
export const hasPlainOrders = ({ order, partialFills, slicing }: TradingConfig): boolean =>
  order.kind === 'market' && partialFills === null && slicing === null;

/** What a benchmark that only holds is subject to: the market's funding, and none of the trader's own rules. */
export const holdingConfig = ({ fundingRatePerBar }: TradingConfig): TradingConfig =>
  tradingConfig.parse({ fundingRatePerBar });
