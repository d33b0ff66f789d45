/** How an agent or a benchmark looks and is called, the same in every chart and table. */

import type { Evaluation, PairedComparison } from '../evaluation/evaluation.ts';
import type { LegendEntry } from './chart.ts';
import { title } from './format.ts';
import { agentColor, benchmarkColor, type ColorName } from './theme.ts';

export interface Look {
  /** An agent's own name, which a person gave it; a benchmark's in plain words. */
  readonly label: string;
  readonly color: ColorName;
  readonly mark: LegendEntry['mark'];
  readonly isAgent: boolean;
}

/** Random traders, which come last and of which each agent has its own, share the last of these. */
const BENCHMARK_MARKS = ['line', 'dashed', 'dotted'] as const;

/** What a comparison of an agent is with: its random traders are its own. */
export const rivalOf = (agent: string, { benchmark }: PairedComparison): string =>
  benchmark === 'random' ? `random (${agent})` : benchmark;

export function lookOf(name: string, evaluation: Evaluation): Look {
  const agent = evaluation.agents.findIndex((judged) => judged.name === name);
  if (agent >= 0) return { label: name, color: agentColor(agent), mark: 'line', isAgent: true };
  const benchmark = Math.max(
    0,
    evaluation.benchmarks.findIndex((judged) => judged.name === name),
  );
  return {
    label: title(name),
    color: benchmarkColor(benchmark),
    mark: BENCHMARK_MARKS[Math.min(benchmark, BENCHMARK_MARKS.length - 1)],
    isAgent: false,
  };
}
