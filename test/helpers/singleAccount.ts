import type { z } from 'zod';
import { RngColumns } from '../../core/rngColumns.ts';
import { HOUR_MS } from '../../core/units.ts';
import { Accounts } from '../../envs/account.ts';
import type { AccountsOptions } from '../../envs/accountsOptions.ts';
import { makeOrders } from '../../envs/makeOrders.ts';
import { makeTradingRules } from '../../envs/makeTradingRules.ts';
import { tradingConfig } from '../../envs/tradingConfig.ts';
import type { TradingRules } from '../../envs/tradingRules.ts';
import { trailingColumns } from '../../envs/trailingMoments.ts';
import { createBars, type Bars } from '../../market/data/bars.ts';
import { COST_MODES, type CostMode } from '../../market/execution/executionModel.ts';
import { constantExecution } from './constantExecution.ts';

/** One bar of a test market. */
export interface TestBar {
  readonly open: number;
  readonly close: number;
  readonly weight: number;
  readonly session?: number;
  /** The higher, the lower of open and close unless told otherwise. */
  readonly high?: number;
  readonly low?: number;
  /** 0 unless told otherwise. */
  readonly volume?: number;
}

interface Options extends Partial<AccountsOptions> {
  readonly mode?: CostMode;
  readonly mark?: number;
  readonly seed?: string;
  readonly trading?: z.input<typeof tradingConfig>;
}

/** One freshly opened account over hand-written bars; free of cost unless told otherwise. */
export function openAccount(
  bars: readonly TestBar[],
  { mode = 'sample', mark, seed = '1', trading, ...options }: Options = {},
): Accounts {
  const accounts = new Accounts({
    count: 1,
    startEquity: 1000,
    execution: constantExecution(),
    prices: {
      open: Float64Array.from(bars, (bar) => bar.open),
      close: Float64Array.from(bars, (bar) => bar.close),
      session: Uint8Array.from(bars, (bar) => bar.session ?? 0),
    },
    streams: new RngColumns([`${seed}/fills`]),
    rules: trading === undefined ? null : rulesOver(bars, trading),
    orders: trading === undefined ? null : makeOrders(tradingConfig.parse(trading), columnsOf(bars)),
    ...options,
  });
  accounts.open(0, COST_MODES.indexOf(mode), mark ?? bars[0]?.open ?? 1);
  return accounts;
}

/** The rules of one account over hand-written bars. */
export function rulesOver(bars: readonly TestBar[], trading: z.input<typeof tradingConfig>): TradingRules | null {
  const columns = columnsOf(bars);
  const paths = [{ name: 'hand', from: 0, to: bars.length, regime: null }];
  return makeTradingRules(tradingConfig.parse(trading), {
    count: 1,
    range: columns,
    makeMoments: (spanBars) => trailingColumns({ bars: columns, paths }, spanBars),
  });
}

/** The bars as columns, an hour apart. */
export function columnsOf(bars: readonly TestBar[]): Bars {
  const columns = createBars(bars.length);
  bars.forEach(({ open, close, high, low, volume }, row) => {
    columns.openTimeMs[row] = row * HOUR_MS;
    columns.open[row] = open;
    columns.close[row] = close;
    columns.high[row] = high ?? Math.max(open, close);
    columns.low[row] = low ?? Math.min(open, close);
    columns.volume[row] = volume ?? 0;
  });
  return columns;
}

/** The account after all bars. */
export function liveBars(bars: readonly TestBar[], options: Options = {}): Accounts {
  const accounts = openAccount(bars, options);
  bars.forEach(({ weight }, row) => accounts.stepBar(0, weight, row));
  return accounts;
}
