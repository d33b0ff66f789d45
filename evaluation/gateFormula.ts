/** The gate that is an expression over metric names. */

import { InputError } from '../core/errors.ts';
import type { GateVerdict } from './evaluation.ts';
import { parseFormula, type Formula } from './formula.ts';
import type { GateOf } from './gateConfig.ts';
import { GATE_METRICS, gateMetrics, hasTraded, type GateEvidence } from './gateMetrics.ts';
import { atLeast, decimal, NEVER_TRADED, unmeasured } from './gateVerdict.ts';

/** A formula that is true or false asks for 1, one that is a number for its limit. */
export async function formulaGate(gate: GateOf<'formula'>, evidence: GateEvidence): Promise<GateVerdict> {
  const formula = await checkFormula(gate);
  const metrics = gateMetrics(evidence);
  const result = formula.evaluate(metrics);
  const found = formula.symbols.map((name) => {
    const value = metrics[name];
    return `${name} = ${value === null ? 'undefined' : decimal(value)}`;
  });
  const asked = { kind: gate.name, limit: typeof result === 'boolean' ? 1 : (gate.limit ?? 1) };
  const wording = { what: `'${gate.formula}' with ${found.join(', ')}`, show: decimal };
  if (!hasTraded(evidence.test)) return unmeasured(asked, wording, NEVER_TRADED);
  const unknown = formula.symbols.filter((name) => metrics[name] === null);
  if (result === null) return unmeasured(asked, wording, `${unknown.join(' and ') || 'it'} is undefined`);
  if (typeof result !== 'boolean') return atLeast(asked, result, wording);
  const reason = `${wording.what} is ${result}: ${result ? 'passed' : 'failed'}.`;
  return { name: gate.name, value: Number(result), limit: 1, passed: result, reason };
}

/** @throws InputError for a formula that cannot be parsed, or a number without a limit */
export async function checkFormula(gate: GateOf<'formula'>): Promise<Formula> {
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
