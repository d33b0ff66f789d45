/** The metric names that formulas may use, and what they stand for. */

import type { PairedComparison, Performance, PerRegime, RegimeLabels } from './evaluation.ts';

/** What gates may ask about one agent. */
export interface GateEvidence {
  readonly test: Performance;
  readonly perRegime: PerRegime;
  /** By which label its bars were sorted. */
  readonly regimeLabels: RegimeLabels;
  /** At p90 costs. */
  readonly stressed: Performance;
  /** Buy-and-hold on the same paths at p90 costs. */
  readonly stressedBuyAndHold: Performance;
  readonly comparisons: readonly PairedComparison[];
  readonly deflatedSharpe: number | null;
}

const METRICS = {
  totalReturn: ({ test }) => test.totalReturn,
  annualReturn: ({ test }) => test.annualReturn,
  annualVolatility: ({ test }) => test.annualVolatility,
  sharpe: ({ test }) => test.sharpe,
  sortino: ({ test }) => test.sortino,
  calmar: ({ test }) => test.calmar,
  maxDrawdown: ({ test }) => test.maxDrawdown,
  turnover: ({ test }) => test.turnover,
  costs: ({ test }) => test.costs.total,
  trades: ({ test }) => test.trades,
  winRate: ({ test }) => test.winRate,
  exposure: ({ test }) => test.exposure,
  bars: ({ test }) => test.bars,
  paths: ({ test }) => test.paths,
  /** Undefined where the agent never traded at p90 costs. */
  stressedReturn: ({ stressed }) => (hasTraded(stressed) ? stressed.totalReturn : null),
  stressedSharpe: ({ stressed }) => stressed.sharpe,
  stressedMaxDrawdown: ({ stressed }) => (hasTraded(stressed) ? stressed.maxDrawdown : null),
  deflatedSharpe: (evidence) => evidence.deflatedSharpe,
  /** Mean excess growth per bar, and the lower bound of its interval; undefined where no bar differs from the benchmark's. */
  excessOverBuyAndHoldBps: (evidence) => find(evidence, 'buyAndHold')?.meanExcessBps ?? null,
  lowerOverBuyAndHoldBps: (evidence) => find(evidence, 'buyAndHold')?.lowerBps ?? null,
  excessOverRandomBps: (evidence) => find(evidence, 'random')?.meanExcessBps ?? null,
  lowerOverRandomBps: (evidence) => find(evidence, 'random')?.lowerBps ?? null,
} satisfies Record<string, (evidence: GateEvidence) => number | null>;

export type GateMetric = keyof typeof METRICS;
export const GATE_METRICS = Object.keys(METRICS) as readonly GateMetric[];

/** The value of every metric; null where it is undefined. */
export function gateMetrics(evidence: GateEvidence): Record<string, number | null> {
  return Object.fromEntries(GATE_METRICS.map((name) => [name, METRICS[name](evidence)]));
}

/** Whether there is anything of an account to judge; one that only held cash has done nothing. */
export const hasTraded = ({ turnover }: Performance): boolean => turnover !== null && turnover > 0;

/** Null where the two are the same on every bar: what is left then is rounding. */
function find({ comparisons }: GateEvidence, benchmark: string): PairedComparison | null {
  const found = comparisons.find((comparison) => comparison.benchmark === benchmark);
  return found === undefined || found.differingBars === 0 ? null : found;
}
