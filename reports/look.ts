/** How an agent or a benchmark looks and is called, the same in every chart and table. */

import type { Evaluation } from '../evaluation/evaluation.ts';
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

const BENCHMARK_MARKS = ['line', 'dashed', 'dotted'] as const;

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
    mark: BENCHMARK_MARKS[benchmark % BENCHMARK_MARKS.length],
    isAgent: false,
  };
}
