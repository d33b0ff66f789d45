/** How the verdict of a gate is reached and worded: what was asked, what was found, whether that was enough. */

import type { GateVerdict } from './evaluation.ts';

/** How reasons call what the config and the results call by an identifier. */
export const IN_WORDS: Readonly<Record<string, string>> = {
  buyAndHold: 'buy-and-hold',
  random: 'random trading',
  totalReturn: 'total return',
  sharpe: 'Sharpe ratio',
  latent: 'by the regime that a bar was made in',
  knownBefore: 'by the label known before a bar',
};

export const NEVER_TRADED = 'the policy never traded';

interface Asked {
  readonly kind: string;
  readonly limit: number;
}

export interface Wording {
  readonly what: string;
  readonly show: (value: number) => string;
  /** How the limit is meant; at least, when absent. */
  readonly rule?: string;
}

/** Passes from the limit on. @param why in words, where the value is undefined */
export function atLeast(gate: Asked, value: number | null, wording: Wording, why = 'it is undefined'): GateVerdict {
  if (value === null || !Number.isFinite(value)) return unmeasured(gate, wording, why);
  return measured(gate, value, { ...wording, passed: value >= gate.limit });
}

/** Passes beyond the limit, by more than a tolerance for rounding. */
export function above(gate: Asked, value: number, wording: Wording & { readonly tolerance: number }): GateVerdict {
  if (!Number.isFinite(value)) return unmeasured(gate, wording, 'it is undefined');
  return measured(gate, value, { ...wording, passed: value > gate.limit + wording.tolerance });
}

/** Never passes: there was nothing to measure, and no limit is low enough for that. */
export function unmeasured(gate: Asked, { what, rule = 'at least', show }: Wording, why: string): GateVerdict {
  const reason = `${what} has nothing to measure: ${why}. Asked ${rule} ${show(gate.limit)}: failed.`;
  return { name: gate.kind, value: null, limit: gate.limit, passed: false, reason: capitalized(reason) };
}

function measured(gate: Asked, value: number, outcome: Wording & { readonly passed: boolean }): GateVerdict {
  const { what, show, rule = 'at least', passed } = outcome;
  const asked = `asked ${rule} ${show(gate.limit)}`;
  const reason = `${what} is ${show(value)}, ${asked}: ${passed ? 'passed' : 'failed'}.`;
  return { name: gate.kind, value, limit: gate.limit, passed, reason: capitalized(reason) };
}

export const percent = (value: number): string => `${Number((value * 100).toPrecision(4))} %`;
export const decimal = (value: number): string => String(Number(value.toPrecision(4)));

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
