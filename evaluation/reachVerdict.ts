/** From evidence to verdict, once it is known how many trials there were. */

import { InputError } from '../core/errors.ts';
import type { JudgedAgent, RegimeLabels } from './evaluation.ts';
import type { GateConfig } from './gateConfig.ts';
import { applyGates } from './gates.ts';
import type { Contestant, MeasuredAgent } from './judge.ts';
import { deflatedSharpe, type Trials } from './statistics/sharpeTests.ts';

export interface VerdictOptions {
  readonly gates: readonly GateConfig[];
  /** All trials ever judged, these agents included. */
  readonly trials: Trials;
  /** Must hold buy-and-hold. */
  readonly benchmarks: readonly Contestant[];
  readonly regimeLabels: RegimeLabels;
}

/** Deflates the Sharpe ratio and applies the gates; nothing is promoted yet. */
export async function reachVerdict(
  agent: MeasuredAgent,
  { gates, trials, benchmarks, regimeLabels }: VerdictOptions,
): Promise<JudgedAgent> {
  const { judged, kind, weightsHash, comparisons, sharpeSample } = agent;
  const holding = benchmarks.find((benchmark) => benchmark.judged.name === 'buyAndHold');
  if (holding === undefined) {
    throw new InputError({ what: 'buy-and-hold was not judged', where: 'benchmarks', rule: 'judgeBenchmarks first' });
  }
  const deflated = sharpeSample === null ? null : deflatedSharpe(sharpeSample, trials);
  const { test, perRegime, stressed } = judged;
  const verdicts = await applyGates(gates, {
    test,
    perRegime,
    regimeLabels,
    stressed,
    stressedBuyAndHold: holding.judged.stressed,
    comparisons,
    deflatedSharpe: deflated,
  });
  return { ...judged, kind, weightsHash, comparisons, deflatedSharpe: deflated, gates: verdicts, promoted: false };
}
