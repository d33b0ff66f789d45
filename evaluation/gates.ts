/** Gates: each a number, a limit and a verdict. A gate that has nothing to measure does not pass. */

import { InputError } from '../core/errors.ts';
import { BPS } from '../core/units.ts';
import type { GateVerdict } from './evaluation.ts';
import type { GateConfig, GateOf } from './gateConfig.ts';
import { checkFormula, formulaGate } from './gateFormula.ts';
import { hasTraded, type GateEvidence } from './gateMetrics.ts';
import { above, atLeast, decimal, IN_WORDS, NEVER_TRADED, percent, unmeasured } from './gateVerdict.ts';
import { ROUNDING } from './rounding.ts';
import { worstRegime } from './worstRegime.ts';

/** In the order of the config. @throws InputError for a formula that cannot be parsed */
export async function applyGates(gates: readonly GateConfig[], evidence: GateEvidence): Promise<GateVerdict[]> {
  const verdicts: GateVerdict[] = [];
  for (const gate of gates) verdicts.push(await applyGate(gate, evidence));
  return verdicts;
}

/** Parses every formula, so that a config is refused before hours of training rather than after. @throws InputError */
export async function checkGates(gates: readonly GateConfig[]): Promise<void> {
  for (const gate of gates) if (gate.kind === 'formula') await checkFormula(gate);
}

/** Whether a promotion may follow; nothing asked is nothing shown. */
export const allPassed = (verdicts: readonly GateVerdict[]): boolean =>
  verdicts.length > 0 && verdicts.every((verdict) => verdict.passed);

function applyGate(gate: GateConfig, evidence: GateEvidence): GateVerdict | Promise<GateVerdict> {
  const { test } = evidence;
  switch (gate.kind) {
    case 'beatsBuyAndHold':
      return beats(gate, 'buyAndHold', evidence);
    case 'beatsRandom':
      return beats(gate, 'random', evidence);
    case 'positiveAfterP90':
      return positiveAfterP90(gate, evidence);
    case 'maxDrawdown': {
      const wording = { what: 'maximum drawdown', show: percent };
      return hasTraded(test) ? atLeast(gate, test.maxDrawdown, wording) : unmeasured(gate, wording, NEVER_TRADED);
    }
    case 'deflatedSharpe': {
      const wording = { what: 'deflated Sharpe ratio', show: decimal };
      const why = hasTraded(test) ? 'its returns do not vary' : NEVER_TRADED;
      return atLeast(gate, evidence.deflatedSharpe, wording, why);
    }
    case 'minTrades': {
      const wording = { what: 'number of closed trades', show: String };
      const why = hasTraded(test) ? 'the policy closed no trade' : NEVER_TRADED;
      return test.trades > 0 ? atLeast(gate, test.trades, wording) : unmeasured(gate, wording, why);
    }
    case 'perRegime':
      return worstRegime(gate, evidence);
    case 'formula':
      return formulaGate(gate, evidence);
  }
}

function beats(
  gate: GateOf<'beatsBuyAndHold' | 'beatsRandom'>,
  benchmark: string,
  { comparisons, test }: GateEvidence,
): GateVerdict {
  const comparison = comparisons.find((candidate) => candidate.benchmark === benchmark);
  if (comparison === undefined) {
    throw new InputError({
      what: `no comparison with '${benchmark}'`,
      where: `gate '${gate.kind}'`,
      rule: `one of ${comparisons.map((candidate) => candidate.benchmark).join(', ')}`,
    });
  }
  const { lowerBps, meanExcessBps, confidence, differingBars } = comparison;
  const rival = IN_WORDS[benchmark] ?? benchmark;
  const lead = `lower ${percent(confidence)} bound of growth beyond ${rival}`;
  const wording = { what: `${lead} (mean ${decimal(meanExcessBps)} bps per bar)`, show: decimal, rule: 'above' };
  if (differingBars > 0) return above(gate, lowerBps, { ...wording, tolerance: ROUNDING / BPS });
  const same = `the policy traded as ${rival} on every bar`;
  const why = benchmark === 'random' && !hasTraded(test) ? NEVER_TRADED : same;
  return unmeasured(gate, { ...wording, what: lead }, why);
}

function positiveAfterP90(gate: GateOf<'positiveAfterP90'>, evidence: GateEvidence): GateVerdict {
  const { stressed, stressedBuyAndHold, comparisons } = evidence;
  const isExcess = gate.measure === 'excessReturn';
  const what = `${isExcess ? 'return beyond buy-and-hold' : 'total return'} at p90 costs`;
  const wording = { what, show: percent, rule: 'above' };
  if (!hasTraded(stressed)) return unmeasured(gate, wording, `${NEVER_TRADED} at p90 costs`);
  const holds = comparisons.some(({ benchmark, differingBars }) => benchmark === 'buyAndHold' && differingBars === 0);
  if (isExcess && holds) return unmeasured(gate, wording, 'the policy traded as buy-and-hold on every bar');
  const value = stressed.totalReturn - (isExcess ? stressedBuyAndHold.totalReturn : 0);
  return above(gate, value, { ...wording, tolerance: ROUNDING });
}
