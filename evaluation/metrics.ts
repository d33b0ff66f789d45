/** Performance of a policy from the ledgers of the paths it walked. */

import { InputError } from '../core/errors.ts';
import { mean, standardDeviation, sum } from '../core/statistics.ts';
import type { Ledger } from '../envs/ledger.ts';
import { COST_PARTS, COSTS, type CostColumn, type CostPartColumn } from '../market/execution/costs.ts';
import { REGIMES } from '../market/regimes/regime.ts';
import type { CostBreakdown, Performance, PerRegime, RegimePerformance } from './evaluation.ts';
import { annualReturn, calmar, sharpe, sortino } from './ratios.ts';
import { barReturns, drawdowns, logGrowth, pool } from './returns.ts';
import { findTrades } from './trades.ts';

/**
 * Judges one policy on all its paths.
 *
 * Risk figures come from the pooled per-bar returns: the average over paths of what an account lived through, not the calmer
 * life of a portfolio of paths.
 *
 * @throws InputError without a single bar, or for a year of no bars
 */
export function computePerformance(ledgers: readonly Ledger[], barsPerYear: number): Performance {
  checkJudgeable(ledgers, barsPerYear);
  const returns = pool(ledgers.map(barReturns));
  const yearly = annualReturn(pool(ledgers.map(logGrowth)), barsPerYear);
  const volatility = standardDeviation(returns);
  const maxDrawdown = Math.min(...ledgers.map(maxDrawdownOf));
  const trades = ledgers.flatMap(findTrades).filter(({ isOpen }) => !isOpen);
  const columns = ledgers.map((ledger) => ledger.columns());
  const equity = pool(columns.map((ledger) => ledger.equity));
  const traded = columns.reduce((total, ledger) => total + sum(ledger.tradedNotional), 0);
  const exposure = columns.flatMap(({ quantity, close, equity: own }) =>
    Array.from(quantity, (units, bar) => Math.abs(units * close[bar]) / own[bar]),
  );
  return {
    totalReturn: sum(ledgers.map(totalReturnOf)) / ledgers.length,
    sharpe: sharpe(returns, barsPerYear),
    sortino: sortino(returns, barsPerYear),
    calmar: calmar(yearly, maxDrawdown),
    annualReturn: yearly,
    annualVolatility: volatility === null ? null : volatility * Math.sqrt(barsPerYear),
    maxDrawdown,
    turnover: (traded * barsPerYear) / sum(equity),
    costs: breakDownCosts(ledgers),
    trades: trades.length,
    winRate: mean(trades.map((trade) => (trade.pnl > 0 ? 1 : 0))),
    exposure: sum(exposure) / exposure.length,
    bars: returns.length,
    paths: ledgers.length,
  };
}

/** Cuts the performance by the label of each bar; regimes that no path saw are absent. */
export function computePerRegime(ledgers: readonly Ledger[], barsPerYear: number): PerRegime {
  checkJudgeable(ledgers, barsPerYear);
  const labels = new Set(ledgers.flatMap((ledger) => [...new Set(ledger.columns().regime)]));
  const found = [...labels]
    .sort((a, b) => a - b)
    .map((label): [string, RegimePerformance] => {
      const parts = ledgers
        .map((ledger) => {
          const { regime } = ledger.columns();
          return barReturns(ledger).filter((_, bar) => regime[bar] === label);
        })
        .filter((part) => part.length > 0);
      const grown = parts.map((part) => part.reduce((growth, value) => growth * (1 + value), 1) - 1);
      const returns = pool(parts);
      const performance = {
        totalReturn: sum(grown) / grown.length,
        sharpe: sharpe(returns, barsPerYear),
        bars: returns.length,
      };
      return [REGIMES[label] ?? 'unknown', performance];
    });
  return Object.fromEntries(found);
}

const totalReturnOf = (ledger: Ledger): number =>
  (ledger.columns().equity.at(-1) ?? ledger.startEquity) / ledger.startEquity - 1;

const maxDrawdownOf = (ledger: Ledger): number => drawdowns(ledger).reduce((worst, value) => Math.min(worst, value), 0);

function breakDownCosts(ledgers: readonly Ledger[]): CostBreakdown {
  const invested = ledgers.reduce((total, ledger) => total + ledger.startEquity, 0);
  const share = (column: CostColumn | CostPartColumn) =>
    ledgers.reduce((total, ledger) => total + sum(ledger.columns()[column]), 0) / invested;
  const paid = mapCosts(COSTS, share);
  const total = Object.values(paid).reduce((sum, cost) => sum + cost, 0);
  return { ...paid, total, ...mapCosts(COST_PARTS, share) };
}

const mapCosts = <Name extends string, Column>(
  columns: Readonly<Record<Name, Column>>,
  read: (column: Column) => number,
): Record<Name, number> => {
  const entries = Object.entries<Column>(columns).map(([name, column]) => [name, read(column)] as const);
  return Object.fromEntries(entries) as Record<Name, number>;
};

function checkJudgeable(ledgers: readonly Ledger[], barsPerYear: number): void {
  if (!(Number.isFinite(barsPerYear) && barsPerYear > 0)) {
    throw new InputError({
      what: 'no year to annualize by',
      where: 'barsPerYear',
      rule: 'above 0',
      value: barsPerYear,
    });
  }
  const empty = ledgers.find((ledger) => ledger.length === 0);
  if (ledgers.length === 0 || empty !== undefined) {
    throw new InputError({
      what: 'nothing to judge',
      where: empty === undefined ? 'ledgers' : `ledger of path '${empty.path}'`,
      rule: 'at least one path, and one bar in each',
    });
  }
}
