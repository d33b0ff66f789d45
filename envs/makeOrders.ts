/** The order options of a trading config over given bars, or none where every order is at the market, whole and at once. */

import { InputError } from '../core/errors.ts';
import type { ExecutionModel } from '../market/execution/executionModel.ts';
import type { OrderGround } from './orderParts.ts';
import { hasPlainOrders, type TradingConfig } from './tradingConfig.ts';

/** Null for a config whose orders are all plain. */
export const makeOrders = (config: TradingConfig | undefined, bars: OrderGround['bars']): OrderGround | null =>
  config === undefined || hasPlainOrders(config) ? null : { config, bars };

/** @throws InputError where a portfolio's costs ask for what only the account of one instrument models */
export function checkPortfolioCosts(executions: readonly ExecutionModel[]): void {
  for (const [name, isAsked] of [
    ['impact', executions.some(({ impact }) => impact !== undefined)],
    ['venues', executions.some(({ venues }) => venues !== undefined)],
  ] as const) {
    if (!isAsked) continue;
    throw new InputError({
      what: `a portfolio does not model execution.${name}`,
      where: 'portfolio env',
      rule: 'one venue an instrument, and no market impact',
      hint: `leave execution.${name} out, or trade one instrument`,
    });
  }
}

/** @throws InputError when orders would wait for ever for a volume that the bars do not have */
export function checkVolume(orders: OrderGround | null, { fillRatio }: ExecutionModel): void {
  if (orders === null || orders.config.partialFills === null || fillRatio !== undefined) return;
  if (orders.bars.volume.some((volume) => volume > 0)) return;
  throw new InputError({
    what: 'partial fills cannot be told: the bars have no volume',
    where: 'trading.partialFills',
    rule: 'volume above 0, or a cost table with a measured fill ratio',
    hint: 'import bars with volume, or leave trading.partialFills out',
  });
}
