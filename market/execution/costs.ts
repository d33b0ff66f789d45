/** The kinds of cost of an account, named once: ledgers, fills, journals, breakdowns and reports follow this list. */

/** Costs that add up to what an account paid, and the column of each; quote currency. */
export const COSTS = {
  fees: 'feeCost',
  spread: 'spreadCost',
  slippage: 'slippageCost',
  /** Borrow and cash interest, and funding; funding received is negative. */
  interest: 'interestCost',
} as const;

/** Parts of those costs, told apart and not paid on top. */
export const COST_PARTS = {
  /** What of spread and slippage was the price of deciding later than the latency budget. */
  latency: 'latencyCost',
  /** What of slippage was the market impact of the order itself. */
  impact: 'impactCost',
} as const;

export type Cost = keyof typeof COSTS;
export type CostPart = keyof typeof COST_PARTS;
export type CostColumn = (typeof COSTS)[Cost];
export type CostPartColumn = (typeof COST_PARTS)[CostPart];

/** Columns of the costs of a bar: those that add up, then their parts. */
export const COST_COLUMNS = [...Object.values(COSTS), ...Object.values(COST_PARTS)] as const;

/** A value for each of those columns. */
export type CostRow<T = number> = Readonly<Record<CostColumn | CostPartColumn, T>>;

/** A loop over one object, because a backtest makes one for every bar. */
export function costRow<T>(make: (column: CostColumn | CostPartColumn) => T): CostRow<T> {
  const row = {} as Record<CostColumn | CostPartColumn, T>;
  for (const column of COST_COLUMNS) row[column] = make(column);
  return row;
}

/** What a fill pays: all but interest, which accrues bar by bar. */
export const FILL_COST_COLUMNS = COST_COLUMNS.filter((column) => column !== 'interestCost');

/** (accounts) of each cost that adds up. */
export type CostColumns = Readonly<Record<CostColumn, Float64Array>>;

/** The cost columns among others, without a copy. */
export const costColumnsOf = ({ feeCost, spreadCost, slippageCost, interestCost }: CostColumns): CostColumns => ({
  feeCost,
  spreadCost,
  slippageCost,
  interestCost,
});

/** All that account `i` paid in its last bar. */
// Written out, like the columns above: a loop would be slower, and this runs once per env and step.
export const totalCost = (columns: CostColumns, i: number): number =>
  columns.feeCost[i] + columns.spreadCost[i] + columns.slippageCost[i] + columns.interestCost[i];
