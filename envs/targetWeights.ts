/** What an agent may ask for, declared once: a ladder of weights to choose from, or any weight of a range. */

import { z } from 'zod';
import { InputError } from '../core/errors.ts';
import { nonNegative } from '../core/schema.ts';
import type { ContinuousActions, DiscreteActions } from '../core/spec.ts';

const weight = z.number().min(-5).max(5);

/** Two different weights at least. */
const weightLadder = z
  .array(weight)
  .min(2)
  .refine((weights) => new Set(weights).size === weights.length, 'weights must differ');

const weightRange = z
  .strictObject({
    min: weight.max(0).describe('largest short, signed fraction of equity; 0: never short'),
    max: weight.min(0).describe('largest long, signed fraction of equity'),
    deadband: nonNegative
      .default(0.02)
      .describe('a weight nearer to 0 than this is 0; one nearer than this to the weight last traded to is not traded'),
  })
  .refine(({ min, max, deadband }) => deadband < Math.max(-min, max), {
    path: ['deadband'],
    message: 'below the largest weight, or nothing would ever be traded',
  });

export type WeightRange = z.output<typeof weightRange>;

/** A ladder of weights, one an action; or a range that actions lie in. */
export type TargetWeights = readonly number[] | WeightRange;

/** Schema of {@link TargetWeights}; a ladder where nothing is said. */
export const targetWeightsConfig = z
  .union([weightLadder, weightRange], { error: 'a ladder such as [-1, 0, 1], or a range { min, max, deadband }' })
  .default([-1, 0, 1])
  .describe(
    'signed fractions of equity: a ladder of which each action is one, [-1, 0, 1] unless said; or a range, and an action is any weight in it',
  );

export const isRange = (targetWeights: TargetWeights): targetWeights is WeightRange => 'min' in targetWeights;

export const largestWeight = (targetWeights: TargetWeights): number =>
  isRange(targetWeights)
    ? Math.max(-targetWeights.min, targetWeights.max)
    : Math.max(...targetWeights.map((asked) => Math.abs(asked)));

/** For reports: `-1, 0, 1` or `-1 to 1, deadband 0.02`. */
export const describeWeights = (targetWeights: TargetWeights): string =>
  isRange(targetWeights)
    ? `${targetWeights.min} to ${targetWeights.max}, deadband ${targetWeights.deadband}`
    : targetWeights.join(', ');

export const actionsOf = (targetWeights: TargetWeights): DiscreteActions | ContinuousActions =>
  isRange(targetWeights)
    ? { kind: 'continuous', low: [targetWeights.min], high: [targetWeights.max] }
    : { kind: 'discrete', numActions: targetWeights.length };

/**
 * The weight that an action asks for, given the weight last traded to; NaN where there is no such action.
 *
 * Of a range: a weight nearer to 0 than the deadband is 0, so that an account can be flat. One that is nearer to the weight
 * last traded to than the deadband is that weight again, and so is not traded: nobody pays for dust.
 */
export type WeightOf = (action: number, traded: number) => number;

/** Training, backtest, paper and live all read actions through this. */
export function weightReader(targetWeights: TargetWeights): WeightOf {
  if (!isRange(targetWeights)) {
    const ladder = Float64Array.from(targetWeights);
    return (action) => (action >>> 0 < ladder.length ? ladder[action] : NaN);
  }
  const { min, max, deadband } = targetWeights;
  // Actions are numbers of single precision, made by arithmetic of single precision: a bound may be missed by a rounding.
  const slack = 1e-6 * (max - min);
  return (action, traded) => {
    if (!(action >= min - slack && action <= max + slack)) return NaN;
    const bounded = Math.min(max, Math.max(min, action));
    const asked = Math.abs(bounded) < deadband ? 0 : bounded;
    return Math.abs(asked - traded) < deadband ? traded : asked;
  };
}

/** The refusal of an action for which {@link WeightOf} knows no weight. */
export const unknownAction = (action: number, where: string, targetWeights: TargetWeights): InputError =>
  new InputError({
    what: 'unknown action',
    where,
    rule: isRange(targetWeights)
      ? `a weight from ${targetWeights.min} to ${targetWeights.max}`
      : `an index below ${targetWeights.length}`,
    value: action,
  });
