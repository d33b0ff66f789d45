/** One walk of a policy through whole paths, written down bar by bar. */

import type { Policy } from '../agents/agent.ts';
import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { createActions } from '../core/spec.ts';
import { walkPaths } from '../curricula/walkPaths.ts';
import { ACCOUNT_FIGURES, copyFigures } from '../envs/accountFigures.ts';
import { FillLog } from '../envs/fillLog.ts';
import { Ledger, LEDGER_COLUMNS, type LedgerColumn } from '../envs/ledger.ts';
import type { TargetWeights } from '../envs/targetWeights.ts';
import type { TradingConfig } from '../envs/tradingConfig.ts';
import { TradingVectorEnv, type BarObserver } from '../envs/tradingVectorEnv.ts';
import type { CostMode, ExecutionModel } from '../market/execution/executionModel.ts';
import type { Path, Worlds } from '../market/worlds.ts';
import { logGrowth } from '../rewards/terms.ts';

export interface BacktestOptions {
  readonly worlds: Worlds;
  readonly paths: readonly Path[];
  readonly policy: Policy;
  readonly execution: ExecutionModel;
  readonly costMode: CostMode;
  /** Signed fraction of equity that each action asks for. */
  readonly targetWeights: TargetWeights;
  /** Sizing, limits, exits, margin, funding; what an action asks for is what is held where absent. */
  readonly trading?: TradingConfig;
  /** Quote currency. */
  readonly startEquity: number;
  /** A path draws its fills from `<rng>/<path name>/fills`: the same luck for every policy, alone or among others. */
  readonly rng: Rng;
}

/**
 * Walks each path once, from its first observable row to its last, one account a path.
 *
 * A ruined account stays in cash to the end of its path, so that all ledgers of a path have the same bars.
 *
 * @returns one ledger a path, in their order; a row for every bar after the first observed one
 * @throws InputError when paths share a name or are too short
 */
export async function runBacktest(options: BacktestOptions): Promise<Ledger[]> {
  const { worlds, paths, policy, costMode } = options;
  if (paths.length === 0) throw new InputError({ what: 'no path to walk', where: 'backtest', rule: 'at least one' });
  const walk = walkPaths(paths, worlds.warmupBars, costMode);
  const recorder = createRecorder(options);
  const env = new TradingVectorEnv({
    worlds,
    numEnvs: paths.length,
    source: walk,
    execution: options.execution,
    reward: logGrowth,
    targetWeights: options.targetWeights,
    startEquity: options.startEquity,
    rng: options.rng,
    streamNames: paths.map((path) => path.name),
    observer: recorder,
    ...(options.trading !== undefined && { trading: options.trading }),
  });
  policy.reset?.(paths.length);
  const actions = createActions(env.spec.actions, paths.length);
  const steps = Math.max(...paths.map((path) => path.to - 1 - path.from - worlds.warmupBars));
  let observations = env.reset();
  for (let step = 0; step < steps; step++) {
    await policy.act(observations, actions);
    observations = env.step(actions);
  }
  return recorder.ledgers;
}

function createRecorder({ worlds, paths, startEquity }: BacktestOptions): BarObserver & { readonly ledgers: Ledger[] } {
  const { bars, regime, timeframeMs, warmupBars } = worlds;
  const numBars = paths.map(({ from, to }) => to - 1 - from - warmupBars);
  const fillLogs = paths.map(() => new FillLog());
  const ledgers = paths.map(
    ({ name }, index) => new Ledger(name, startEquity, { capacity: numBars[index], fills: fillLogs[index] }),
  );
  // An env whose path is over walks it again from the start while it waits for its neighbors: not for the book.
  const isOver = (env: number) => ledgers[env].length === numBars[env];
  // One row for all: objects made bar by bar took most of the time of judging.
  const ledgerRow = Object.fromEntries(LEDGER_COLUMNS.map((column) => [column, 0])) as Record<LedgerColumn, number>;
  const append = (ledger: Ledger, row: number) => {
    ledgerRow.closeTimeMs = bars.openTimeMs[row] + timeframeMs;
    ledgerRow.close = bars.close[row];
    ledgerRow.row = row;
    ledgerRow.regime = regime[row];
    ledger.append(ledgerRow);
  };
  return {
    ledgers,
    fills: {
      onFill: (env, fill) => isOver(env) || fillLogs[env].append({ ...fill, bar: ledgers[env].length }),
      onPenalty: (env, fee) => isOver(env) || fillLogs[env].penalize(fee),
    },
    onBar(env, row, accounts) {
      if (isOver(env)) return;
      copyFigures(accounts, env, ledgerRow);
      append(ledgers[env], row);
      if (accounts.ruined[env] === 0) return;
      const { cash, targetWeight } = ledgerRow;
      Object.assign(ledgerRow, IDLE, { cash, equity: cash, targetWeight });
      for (let later = row + 1; later < paths[env].to; later++) append(ledgers[env], later);
    },
  };
}

/** What a ruined account does for the rest of its path. */
const IDLE = { ...Object.fromEntries(ACCOUNT_FIGURES.map((figure) => [figure, 0])), venue: -1 };
