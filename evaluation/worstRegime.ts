/** The gate on the regime in which a policy fared worst. */

import type { GateVerdict, PerRegime } from './evaluation.ts';
import type { GateOf } from './gateConfig.ts';
import { hasTraded, type GateEvidence } from './gateMetrics.ts';
import { atLeast, decimal, IN_WORDS, NEVER_TRADED, percent, unmeasured } from './gateVerdict.ts';

/**
 * At least the limit in every regime asked for.
 *
 * A regime that no bar was of, or whose measure is undefined, has nothing to measure. Nor has a return of exactly the limit, 0, in
 * a regime through which the account did not move: it met the limit by doing nothing.
 */
export function worstRegime(gate: GateOf<'perRegime'>, { perRegime, regimeLabels, test }: GateEvidence): GateVerdict {
  const measure = IN_WORDS[gate.measure] ?? gate.measure;
  const show = gate.measure === 'sharpe' ? decimal : percent;
  const word = (where: string) => ({ what: `${measure} in ${where}`, show });
  if (!hasTraded(test)) return unmeasured(gate, word('the worst regime'), NEVER_TRADED);
  const seen = Object.keys(perRegime).filter((name) => name !== 'unknown') as (keyof PerRegime)[];
  const asked: readonly (keyof PerRegime)[] = gate.regimes ?? seen;
  if (asked.length === 0) return unmeasured(gate, word('any regime'), 'no judged bar has a known regime');
  let worst: { readonly name: keyof PerRegime; readonly value: number } | null = null;
  for (const name of asked) {
    const found = perRegime[name];
    const value = found?.[gate.measure] ?? null;
    if (found === undefined) return unmeasured(gate, word(name), 'no judged bar was of it');
    if (value === null) return unmeasured(gate, word(name), 'returns do not vary there');
    if (value === gate.limit && value === 0 && found.sharpe === null) {
      return unmeasured(gate, word(name), 'the account did not move there');
    }
    if (worst === null || value < worst.value) worst = { name, value };
  }
  return atLeast(gate, worst?.value ?? null, word(`the worst regime, ${worst?.name} (${IN_WORDS[regimeLabels]}),`));
}
