/** What the judged accounts started with, which curves begin a bar after. */

import type { Evaluation } from '../../evaluation/evaluation.ts';

/** A curve ends at starting equity times (1 + total return) of its policy, so the one gives the other; null without curves. */
export function startEquityOf({ agents, benchmarks, curves }: Evaluation): number | null {
  for (const { name, test } of [...agents, ...benchmarks]) {
    const last = curves.find((curve) => curve.name === name)?.equity.at(-1);
    if (last !== undefined && test.totalReturn > -1) return last / (1 + test.totalReturn);
  }
  return null;
}
