/** Rules that a decision must pass before it becomes an order: pure functions of the moment. */

import { z } from 'zod';
import { fraction, nonNegative, positive, positiveInt } from '../core/schema.ts';

export const rulesConfig = z.strictObject({
  maxPositionWeight: nonNegative
    .nullable()
    .default(1)
    .describe('largest unsigned position as a fraction of equity; more is clamped; null: no limit'),
  maxOrdersPerDay: positiveInt
    .nullable()
    .default(100)
    .describe('orders of one UTC day, closing ones excepted; null: no limit'),
  maxDailyLoss: fraction
    .nullable()
    .default(0.1)
    .describe(
      'loss since the start of the UTC day, fraction of equity then, that trips the kill switch; null: no limit',
    ),
  maxDrawdown: fraction
    .nullable()
    .default(0.3)
    .describe('loss since the highest equity, fraction of it, that trips the kill switch; null: no limit'),
  minEquity: nonNegative.default(0).describe('equity, quote currency, below which the kill switch trips'),
  maxBarAgeMs: positive
    .nullable()
    .default(null)
    .describe('age of the bar that a decision rests on above which no order is sent; null: no limit'),
});

export type RulesConfig = z.infer<typeof rulesConfig>;

/** Every rule off, for replays that must equal a backtest. */
export const NO_RULES: RulesConfig = {
  maxPositionWeight: null,
  maxOrdersPerDay: null,
  maxDailyLoss: null,
  maxDrawdown: null,
  minEquity: 0,
  maxBarAgeMs: null,
};

/** What the rules look at. */
export interface TradingMoment {
  readonly equity: number;
  readonly peakEquity: number;
  /** Equity at the last close of the UTC day before. */
  readonly dayStartEquity: number;
  /** Orders sent in this UTC day. */
  readonly ordersToday: number;
  /** Time since the close of the bar. */
  readonly barAgeMs: number;
  /** Signed fraction of equity that the account was last traded to. */
  readonly heldWeight: number;
  /** Signed fraction of equity that the policy asks for. */
  readonly wantedWeight: number;
}

export type RuleName = keyof RulesConfig;

export type RuleVerdict =
  | { readonly kind: 'allow'; readonly weight: number }
  | { readonly kind: 'clamp'; readonly weight: number; readonly rule: RuleName; readonly reason: string }
  /** Nothing is sent. */
  | { readonly kind: 'refuse'; readonly rule: RuleName; readonly reason: string }
  /** Nothing more is ever sent until a person resets the kill switch. */
  | { readonly kind: 'trip'; readonly rule: RuleName; readonly reason: string };

/** The strictest answer of all rules: trip before refuse before clamp. Widening a limit never makes it stricter. */
export function judge(moment: TradingMoment, rules: RulesConfig): RuleVerdict {
  return findTrip(moment, rules) ?? findRefusal(moment, rules) ?? clamp(moment, rules);
}

/** Losses that end trading, whatever the policy wants. */
function findTrip(moment: TradingMoment, rules: RulesConfig): RuleVerdict | null {
  const { equity, peakEquity, dayStartEquity } = moment;
  const trip = (rule: RuleName, reason: string): RuleVerdict => ({ kind: 'trip', rule, reason });
  // Written so that a number that is none trips as well.
  if (!(equity >= rules.minEquity))
    return trip('minEquity', `equity ${show(equity)} is below ${show(rules.minEquity)}`);
  const drawdown = 1 - equity / peakEquity;
  if (rules.maxDrawdown !== null && !(drawdown <= rules.maxDrawdown)) {
    return trip('maxDrawdown', `drawdown ${show(drawdown)} is above ${show(rules.maxDrawdown)}`);
  }
  const dailyLoss = 1 - equity / dayStartEquity;
  if (rules.maxDailyLoss !== null && !(dailyLoss <= rules.maxDailyLoss)) {
    return trip('maxDailyLoss', `loss of the day ${show(dailyLoss)} is above ${show(rules.maxDailyLoss)}`);
  }
  return null;
}

function findRefusal({ barAgeMs, ordersToday, wantedWeight }: TradingMoment, rules: RulesConfig): RuleVerdict | null {
  if (rules.maxBarAgeMs !== null && barAgeMs > rules.maxBarAgeMs) {
    const reason = `the bar closed ${show(barAgeMs)} ms ago, more than ${show(rules.maxBarAgeMs)}`;
    return { kind: 'refuse', rule: 'maxBarAgeMs', reason };
  }
  // The way out of a position is never counted out.
  if (rules.maxOrdersPerDay !== null && ordersToday >= rules.maxOrdersPerDay && wantedWeight !== 0) {
    const reason = `${ordersToday} orders today, limit ${rules.maxOrdersPerDay}`;
    return { kind: 'refuse', rule: 'maxOrdersPerDay', reason };
  }
  return null;
}

function clamp({ wantedWeight }: TradingMoment, { maxPositionWeight }: RulesConfig): RuleVerdict {
  if (maxPositionWeight === null || Math.abs(wantedWeight) <= maxPositionWeight) {
    return { kind: 'allow', weight: wantedWeight };
  }
  const reason = `wanted weight ${show(wantedWeight)} is beyond ${show(maxPositionWeight)}`;
  return { kind: 'clamp', weight: Math.sign(wantedWeight) * maxPositionWeight, rule: 'maxPositionWeight', reason };
}

const show = (value: number): string => String(Number(value.toPrecision(4)));
