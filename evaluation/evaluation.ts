/** The shape of `evaluation.json`: what a judge found, and all that reports, gates and the registry read. */

import type { BarCalendar } from '../market/calendar/barCalendar.ts';
import type { PartUse } from '../market/data/partUse.ts';
import type { SplitPart } from '../market/data/splits.ts';
import type { CostStatement } from '../market/execution/costStatement.ts';
import type { Cost } from '../market/execution/costs.ts';
import type { Regime } from '../market/regimes/regime.ts';

/** Fractions of starting equity; undefined is null, never 0. */
export interface CostBreakdown extends Readonly<Record<Cost, number>> {
  readonly total: number;
  /** Of spread and slippage: what deciding later than the latency budget cost. Absent in evaluations of older versions. */
  readonly latency?: number;
  /** Of slippage: what the orders' own market impact cost. */
  readonly impact?: number;
}

/** How one policy fared on a set of judged paths. */
export interface Performance {
  /** Mean over paths of final equity / starting equity - 1. */
  readonly totalReturn: number;
  /** Annualized from the pooled per-bar returns of all paths, so that many paths do not diversify risk away. */
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly calmar: number | null;
  readonly annualReturn: number | null;
  readonly annualVolatility: number | null;
  /** Most negative over paths of equity / peak - 1. */
  readonly maxDrawdown: number;
  /** Traded notional / mean equity, per year. */
  readonly turnover: number | null;
  readonly costs: CostBreakdown;
  /** Closed round trips, of all paths together; one that is open at the end of its path is none. */
  readonly trades: number;
  readonly winRate: number | null;
  /** Mean of |position notional| / equity. */
  readonly exposure: number;
  readonly bars: number;
  readonly paths: number;
}

/** latent: the regime that a made bar was made in; knownBefore: what the causal rule said before a real bar opened. */
export type RegimeLabels = 'latent' | 'knownBefore';

/** Performance over the bars of one regime only, cut out of the whole paths. */
export interface RegimePerformance {
  /** Mean over paths that saw the regime of the compounded return of its bars. */
  readonly totalReturn: number;
  readonly sharpe: number | null;
  readonly bars: number;
}

export type PerRegime = Readonly<Partial<Record<Regime | 'unknown', RegimePerformance>>>;

export interface GateVerdict {
  readonly name: string;
  /** Null where the statistic is undefined; an undefined value never passes. */
  readonly value: number | null;
  readonly limit: number;
  readonly passed: boolean;
  /** One sentence for a person: what was asked, what was found. */
  readonly reason: string;
}

/** The difference of per-bar log growth between an agent and a benchmark on the same bars, with its bootstrap interval. */
export interface PairedComparison {
  readonly benchmark: string;
  /** Bars compared, and those in which the two grew differently by more than rounding. */
  readonly bars: number;
  readonly differingBars: number;
  /** Basis points of log growth per bar; positive where the agent is better. */
  readonly meanExcessBps: number;
  readonly lowerBps: number;
  readonly upperBps: number;
  /** Confidence of the two-sided interval. */
  readonly confidence: number;
  /** Share of resampled means at or below zero. */
  readonly probabilityNotBetter: number;
  /** How the interval was drawn; with the config's `evaluation.bootstrap`, all that drawing it again takes. */
  readonly resampling: Resampling;
}

export interface Resampling {
  /** Blocks of bars inside each path, or whole paths. */
  readonly unit: 'blocks' | 'paths';
  /** (Mean) length of a block; null for whole paths. */
  readonly blockBars: number | null;
  /** Independent units that the interval was widened by. */
  readonly units: number;
  /** Name of the random stream: Alea, seeded with the SHA-256 of this name in hex. */
  readonly stream: string;
}

export interface Judged {
  readonly name: string;
  readonly test: Performance;
  readonly perRegime: PerRegime;
}

/** A benchmark; the figures of a random trader are means over its lives, each over the same bars as an agent's. */
export interface JudgedBenchmark extends Judged {
  /** The same paths with every cost at its 90th percentile. */
  readonly stressed: Performance;
  /** The agent whose turnover and positions a random trader has. */
  readonly matchedTo?: string;
  readonly lives?: number;
}

export interface JudgedAgent extends Judged {
  /** Algorithm: "dqn", "ppo", ... */
  readonly kind: string;
  readonly weightsHash: string;
  /** The same paths with every cost at its 90th percentile. */
  readonly stressed: Performance;
  readonly comparisons: readonly PairedComparison[];
  readonly deflatedSharpe: number | null;
  readonly gates: readonly GateVerdict[];
  readonly promoted: boolean;
}

/** Equity over bars for charts, thinned to at most a few hundred points. */
export interface Curve {
  readonly name: string;
  readonly timeMs: readonly number[];
  readonly equity: readonly number[];
  readonly drawdown: readonly number[];
}

/** One judged path in full enough to draw: price, position and equity of one agent. */
export interface PathSample {
  readonly agent: string;
  readonly path: string;
  readonly timeMs: readonly number[];
  readonly close: readonly number[];
  /** Signed position notional / equity. */
  readonly position: readonly number[];
  readonly equity: readonly number[];
  readonly regime: readonly number[];
}

export interface LiveParity {
  readonly agent: string;
  readonly path: string;
  readonly bars: number;
  readonly maxAbsEquityDiff: number;
}

export interface Evaluation {
  readonly instrument: string;
  readonly timeframeMs: number;
  /** What annualized figures are annualized by. */
  readonly barsPerYear: number;
  /** Where that number is from. Absent in evaluations of older versions. */
  readonly calendar?: BarCalendar;
  /** What the costs in all figures were measured on, and what of them was not. Absent in evaluations of older versions. */
  readonly costs?: readonly CostStatement[];
  /** What of each part was asked for, and what is used: the judged bars are those of `test`. Absent in evaluations of older versions. */
  readonly parts?: Readonly<Record<SplitPart, PartUse>>;
  /** By which label `perRegime` sorts bars. In evaluations of older versions, where it is absent, a real bar's label held the bar itself. */
  readonly regimeLabels?: RegimeLabels;
  /** Trials judged so far in this registry, this run's included: what the deflated Sharpe deflates by. */
  readonly trials: number;
  /** Variance of the per-bar Sharpe ratios of those trials at this timeframe; null below two. */
  readonly trialSharpeVariance: number | null;
  /** Cash that every judged account started with, quote currency. */
  readonly startEquity: number;
  readonly agents: readonly JudgedAgent[];
  /** Buy-and-hold, cash, and the random traders of each agent. */
  readonly benchmarks: readonly JudgedBenchmark[];
  readonly curves: readonly Curve[];
  readonly samples: readonly PathSample[];
  readonly liveParity: LiveParity | null;
}
