/** Formulas that users write over metric names: parsed by mathjs, and nothing of it but arithmetic and logic. */

import type { ConstantNode, FunctionNode, MathNode, OperatorNode, SymbolNode } from 'mathjs';
import { InputError, nearestName } from '../core/errors.ts';

export interface Formula {
  readonly text: string;
  /** Metric names that occur in it. */
  readonly symbols: readonly string[];
  /** Null where a metric that occurs is null, or where the result is no finite number. */
  evaluate(scope: Readonly<Record<string, number | null>>): number | boolean | null;
}

const FUNCTIONS = ['abs', 'min', 'max', 'sqrt', 'exp', 'log'] as const;
const OPERATORS = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'pow',
  'unaryMinus',
  'unaryPlus',
  'larger',
  'largerEq',
  'smaller',
  'smallerEq',
  'equal',
  'unequal',
  'and',
  'or',
  'not',
];
const NODES = [
  'ConstantNode',
  'OperatorNode',
  'ParenthesisNode',
  'SymbolNode',
  'FunctionNode',
  'ConditionalNode',
  'RelationalNode',
];

/**
 * Parses a formula and checks every part of it against what is allowed; nothing else of mathjs can be reached.
 *
 * @param known names that may occur
 * @throws InputError naming the place of a syntax error, or the unknown name with the nearest known one
 */
export async function parseFormula(text: string, known: readonly string[]): Promise<Formula> {
  // Imported late: it costs more start-up time than all the rest of the program.
  const { parse } = await import('mathjs/number');
  const where = `formula '${text}'`;
  let root: MathNode;
  try {
    root = parse(text);
  } catch (error) {
    throw new InputError({ what: `cannot be parsed: ${(error as Error).message}`, where });
  }
  const symbols = new Set<string>();
  root.traverse((node, path) => {
    const problem = path === 'fn' ? null : refuse(node, known);
    if (problem !== null) throw new InputError({ where, ...problem });
    if (node.type === 'SymbolNode' && path !== 'fn') symbols.add((node as SymbolNode).name);
  });
  const code = root.compile();
  try {
    code.evaluate(Object.fromEntries([...symbols].map((name) => [name, 1])));
  } catch (error) {
    throw new InputError({ what: `cannot be evaluated: ${(error as Error).message}`, where });
  }
  return {
    text,
    symbols: [...symbols],
    evaluate(scope) {
      if ([...symbols].some((name) => !Number.isFinite(scope[name]))) return null;
      const result: unknown = code.evaluate({ ...scope });
      if (typeof result === 'boolean') return result;
      return typeof result === 'number' && Number.isFinite(result) ? result : null;
    },
  };
}

interface Refusal {
  readonly what: string;
  readonly value: string;
  readonly rule?: string;
  readonly hint?: string;
}

function refuse(node: MathNode, known: readonly string[]): Refusal | null {
  const unknown = (what: string, name: string, allowed: readonly string[]): Refusal | null => {
    if (allowed.includes(name)) return null;
    const nearest = nearestName(name, allowed);
    return {
      what,
      value: name,
      rule: `known are ${allowed.join(', ')}`,
      ...(nearest !== null && { hint: `did you mean '${nearest}'?` }),
    };
  };
  switch (node.type) {
    case 'SymbolNode':
      return unknown('unknown name', (node as SymbolNode).name, known);
    case 'FunctionNode':
      return unknown('unknown function', (node as FunctionNode).fn.toString(), FUNCTIONS);
    case 'OperatorNode':
      return OPERATORS.includes((node as OperatorNode).fn)
        ? null
        : { what: 'operator is not allowed', value: (node as OperatorNode).op };
    case 'ConstantNode':
      return typeof (node as ConstantNode).value === 'number'
        ? null
        : { what: 'only numbers are allowed', value: node.toString() };
    default:
      return NODES.includes(node.type) ? null : { what: 'not allowed in a formula', value: node.toString() };
  }
}
