/** Gates: each a number, a limit and a verdict. What cannot be measured does not pass. */

import { InputError } from '../core/errors.ts';
import type { GateVerdict, PerRegime } from './evaluation.ts';
import { parseFormula, type Formula } from './formula.ts';
import type { GateConfig } from './gateConfig.ts';
import { GATE_METRICS, gateMetrics, type GateEvidence } from './gateMetrics.ts';

/** How reasons call what the config and the results call by an identifier. */
const IN_WORDS: Readonly<Record<string, string>> = {
  buyAndHold: 'buy-and-hold',
  random: 'random trading',
  totalReturn: 'total return',
  sharpe: 'Sharpe ratio',
};

type GateOf<K extends GateConfig['kind']> = Extract<GateConfig, { kind: K }>;

/** In the order of the config. @throws InputError for a formula that cannot be parsed */
export async function applyGates(gates: readonly GateConfig[], evidence: GateEvidence): Promise<GateVerdict[]> {
  const verdicts: GateVerdict[] = [];
  for (const gate of gates) verdicts.push(await applyGate(gate, evidence));
  return verdicts;
}

/** Parses every formula, so that a config is refused before hours of training rather than after. @throws InputError */
export async function checkGates(gates: readonly GateConfig[]): Promise<void> {
  for (const gate of gates) if (gate.kind === 'formula') await parseGateFormula(gate);
}

/** Whether a promotion may follow; nothing asked is nothing shown. */
export const allPassed = (verdicts: readonly GateVerdict[]): boolean =>
  verdicts.length > 0 && verdicts.every((verdict) => verdict.passed);

function applyGate(gate: GateConfig, evidence: GateEvidence): GateVerdict | Promise<GateVerdict> {
  const { test, stressed, stressedBuyAndHold } = evidence;
  switch (gate.kind) {
    case 'beatsBuyAndHold':
      return beats(gate, 'buyAndHold', evidence);
    case 'beatsRandom':
      return beats(gate, 'random', evidence);
    case 'positiveAfterP90': {
      const excess = gate.measure === 'excessReturn';
      const value = excess ? stressed.totalReturn - stressedBuyAndHold.totalReturn : stressed.totalReturn;
      const what = `${excess ? 'return beyond buy-and-hold' : 'total return'} at p90 costs`;
      return atLeast(gate, value, { what, show: percent });
    }
    case 'maxDrawdown':
      return atLeast(gate, test.maxDrawdown, { what: 'maximum drawdown', show: percent });
    case 'deflatedSharpe':
      return atLeast(gate, evidence.deflatedSharpe, { what: 'deflated Sharpe ratio', show: decimal });
    case 'minTrades':
      return atLeast(gate, test.trades, { what: 'closed trades', show: String });
    case 'perRegime':
      return worstRegime(gate, evidence.perRegime);
    case 'formula':
      return formulaGate(gate, evidence);
  }
}

function beats(
  gate: GateOf<'beatsBuyAndHold' | 'beatsRandom'>,
  benchmark: string,
  { comparisons }: GateEvidence,
): GateVerdict {
  const comparison = comparisons.find((candidate) => candidate.benchmark === benchmark);
  if (comparison === undefined) {
    throw new InputError({
      what: `no comparison with '${benchmark}'`,
      where: `gate '${gate.kind}'`,
      rule: `one of ${comparisons.map((candidate) => candidate.benchmark).join(', ')}`,
    });
  }
  const { lowerBps, meanExcessBps, confidence } = comparison;
  const what = `lower ${percent(confidence)} bound of growth beyond ${IN_WORDS[benchmark] ?? benchmark} (mean ${decimal(meanExcessBps)} bps per bar)`;
  const passed = Number.isFinite(lowerBps) && lowerBps > gate.limit;
  return verdict(
    { name: gate.kind, value: lowerBps, limit: gate.limit, passed },
    { what, rule: 'above', show: decimal },
  );
}

function worstRegime(gate: GateOf<'perRegime'>, perRegime: PerRegime): GateVerdict {
  const seen = Object.keys(perRegime).filter((name) => name !== 'unknown') as (keyof PerRegime)[];
  const asked: readonly (keyof PerRegime)[] = gate.regimes ?? seen;
  const values = asked.map((name) => ({ name, value: perRegime[name]?.[gate.measure] ?? null }));
  const known = values.filter((entry): entry is { name: keyof PerRegime; value: number } => entry.value !== null);
  const missing = values.find((entry) => entry.value === null);
  const show = gate.measure === 'sharpe' ? decimal : percent;
  if (missing !== undefined || known.length === 0) {
    return atLeast(gate, null, { what: `${IN_WORDS[gate.measure]} in ${missing?.name ?? 'any known regime'}`, show });
  }
  const worst = known.reduce((low, entry) => (entry.value < low.value ? entry : low));
  return atLeast(gate, worst.value, { what: `${IN_WORDS[gate.measure]} in the worst regime, ${worst.name},`, show });
}

async function formulaGate(gate: GateOf<'formula'>, evidence: GateEvidence): Promise<GateVerdict> {
  const formula = await parseGateFormula(gate);
  const metrics = gateMetrics(evidence);
  const result = formula.evaluate(metrics);
  const found = formula.symbols.map((name) => {
    const value = metrics[name];
    return `${name} = ${value === null ? 'undefined' : decimal(value)}`;
  });
  const what = `'${gate.formula}' with ${found.join(', ')}`;
  if (typeof result !== 'boolean' && gate.limit !== undefined) {
    return atLeast({ kind: gate.name, limit: gate.limit }, result, { what, show: decimal });
  }
  const passed = result === true;
  const reason = `${what} is ${result ?? 'undefined'}: ${passed ? 'passed' : 'failed'}.`;
  return { name: gate.name, value: result === null ? null : Number(passed), limit: 1, passed, reason };
}

async function parseGateFormula(gate: GateOf<'formula'>): Promise<Formula> {
  const formula = await parseFormula(gate.formula, GATE_METRICS);
  const sample = formula.evaluate(Object.fromEntries(formula.symbols.map((name) => [name, 1])));
  if (typeof sample !== 'number' || gate.limit !== undefined) return formula;
  throw new InputError({
    what: 'formula gives a number and the gate has no limit',
    where: `gate '${gate.name}'`,
    rule: "a comparison such as 'sharpe > 0.5', or a 'limit'",
    value: gate.formula,
  });
}

interface Wording {
  readonly what: string;
  readonly show: (value: number) => string;
}

function atLeast(gate: { kind: string; limit: number }, value: number | null, wording: Wording): GateVerdict {
  const passed = value !== null && Number.isFinite(value) && value >= gate.limit;
  return verdict({ name: gate.kind, value, limit: gate.limit, passed }, { ...wording, rule: 'at least' });
}

function verdict(
  outcome: Omit<GateVerdict, 'reason'>,
  { what, show, rule }: Wording & { readonly rule: string },
): GateVerdict {
  const value = outcome.value !== null && Number.isFinite(outcome.value) ? outcome.value : null;
  const found = value === null ? 'is undefined' : `is ${show(value)}`;
  const reason = `${what} ${found}, asked ${rule} ${show(outcome.limit)}: ${outcome.passed ? 'passed' : 'failed'}.`;
  return { ...outcome, value, reason: reason.charAt(0).toUpperCase() + reason.slice(1) };
}

const percent = (value: number): string => `${Number((value * 100).toPrecision(4))} %`;
const decimal = (value: number): string => String(Number(value.toPrecision(4)));
