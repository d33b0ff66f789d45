/** Judgements of several runs side by side, and the spread of each agent over its seeds. */

import { quantileSorted } from '../core/statistics.ts';
import type { Evaluation } from './evaluation.ts';

/** One agent of one run. */
export interface ComparedAgent {
  readonly run: string;
  readonly experiment: string;
  readonly agent: string;
  readonly totalReturn: number;
  readonly buyAndHoldReturn: number | null;
  /** Mean growth beyond buy-and-hold, basis points a bar. */
  readonly excessBps: number | null;
  readonly sharpe: number | null;
  readonly deflatedSharpe: number | null;
  readonly maxDrawdown: number;
  readonly gatesPassed: number;
  readonly gates: number;
  readonly promoted: boolean;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** One agent of one experiment over all its runs; a run is a seed as a rule. */
export interface AgentSpread {
  readonly experiment: string;
  readonly agent: string;
  readonly runs: number;
  readonly totalReturn: Spread | null;
  readonly excessBps: Spread | null;
  readonly sharpe: Spread | null;
  readonly maxDrawdown: Spread | null;
  /** Runs in which every gate let it pass. */
  readonly passed: number;
}

export interface JudgedRunSummary {
  readonly run: string;
  readonly experiment: string;
  readonly evaluation: Evaluation;
}

/** Best first, by growth beyond buy-and-hold. */
export function compareAgents(runs: readonly JudgedRunSummary[]): ComparedAgent[] {
  const rows = runs.flatMap(({ run, experiment, evaluation: { agents, benchmarks } }) => {
    const holding = benchmarks.find(({ name }) => name === 'buyAndHold');
    return agents.map(({ name, test, comparisons, deflatedSharpe, gates, promoted }) => ({
      run,
      experiment,
      agent: name,
      totalReturn: test.totalReturn,
      buyAndHoldReturn: holding?.test.totalReturn ?? null,
      excessBps: comparisons.find(({ benchmark }) => benchmark === 'buyAndHold')?.meanExcessBps ?? null,
      sharpe: test.sharpe,
      deflatedSharpe,
      maxDrawdown: test.maxDrawdown,
      gatesPassed: gates.filter(({ passed }) => passed).length,
      gates: gates.length,
      promoted,
    }));
  });
  return rows.sort((a, b) => (b.excessBps ?? -Infinity) - (a.excessBps ?? -Infinity));
}

/** In the order of the rows. */
export function spreadOverRuns(rows: readonly ComparedAgent[]): AgentSpread[] {
  const groups = new Map<string, ComparedAgent[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.experiment, row.agent]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => ({
    experiment: group[0].experiment,
    agent: group[0].agent,
    runs: group.length,
    totalReturn: spreadOf(group.map(({ totalReturn }) => totalReturn)),
    excessBps: spreadOf(group.map(({ excessBps }) => excessBps)),
    sharpe: spreadOf(group.map(({ sharpe }) => sharpe)),
    maxDrawdown: spreadOf(group.map(({ maxDrawdown }) => maxDrawdown)),
    passed: group.filter(({ gates, gatesPassed }) => gatesPassed === gates).length,
  }));
}

/** Null where any value is undefined: a median of the rest would hide the bad ones. */
function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const median = quantileSorted(known, 0.5);
  if (median === null || known.length < values.length) return null;
  return { median, least: known[0], most: known[known.length - 1] };
}
