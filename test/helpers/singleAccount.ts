import { RngColumns } from '../../core/rngColumns.ts';
import { Accounts, type AccountsOptions } from '../../envs/account.ts';
import { COST_MODES, type CostMode } from '../../market/execution/executionModel.ts';
import { constantExecution } from './constantExecution.ts';

/** One bar of a test market. */
export interface TestBar {
  readonly open: number;
  readonly close: number;
  readonly weight: number;
  readonly session?: number;
}

interface Options extends Partial<AccountsOptions> {
  readonly mode?: CostMode;
  readonly mark?: number;
  readonly seed?: string;
}

/** One freshly opened account over hand-written bars; free of cost unless told otherwise. */
export function openAccount(
  bars: readonly TestBar[],
  { mode = 'sample', mark, seed = '1', ...options }: Options = {},
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
    ...options,
  });
  accounts.open(0, COST_MODES.indexOf(mode), mark ?? bars[0]?.open ?? 1);
  return accounts;
}

/** The account after all bars. */
export function liveBars(bars: readonly TestBar[], options: Options = {}): Accounts {
  const accounts = openAccount(bars, options);
  bars.forEach(({ weight }, row) => accounts.stepBar(0, weight, row));
  return accounts;
}
