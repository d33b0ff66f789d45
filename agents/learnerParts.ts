/** What every learner is made from, and the checks that all of them share. */

import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import type { Saved, SavedReader } from '../core/saved.ts';
import type { ActionSpace, DiscreteActions, EnvSpec, Observations } from '../core/spec.ts';
import type { Engine } from './nn/engine.ts';

export interface LearnerParts<Config> {
  /** Name in reports; several agents of one kind differ by it. */
  readonly name?: string;
  readonly config: Config;
  /** Rows that the learner acts on point into this context; to act on rows of another one, export the policy and load it. */
  readonly spec: EnvSpec;
  readonly rng: Rng;
  /** Environment steps over all envs that the run will last: what schedules stretch over. */
  readonly totalSteps: number;
  /** The onnxruntime engine on one thread, unless another is given. */
  readonly engine?: Engine;
}

/** Stops a run whose loss is no longer a number, before anything learned from it is kept. */
export function assertFinite(value: number, what: string, globalStep: number): void {
  if (Number.isFinite(value)) return;
  throw new Error(`${what} became ${value} at step ${globalStep}; lower the learning rate or clip gradients harder`);
}

/** A learner steps the number of envs that it was configured for. */
export function assertWidth({ row }: Observations, numEnvs: number): void {
  if (row.length === numEnvs) return;
  throw new InputError({
    what: 'wrong number of environments',
    where: 'numEnvs',
    rule: `${numEnvs}`,
    value: row.length,
  });
}

/** Actions of which one is chosen. @throws InputError for other kinds of actions */
export function discreteActions({ actions }: EnvSpec): DiscreteActions {
  if (actions.kind === 'discrete') return actions;
  throw new InputError({
    what: `action values are learned for 'discrete' actions, and these are '${actions.kind}'`,
    where: 'dqn',
    hint: "agent kind 'ppo' takes every kind of actions",
  });
}

/** Scores that a policy gives for one observation: one for each action, for each option of each choice, or for each number. */
export function scoreSize(actions: ActionSpace): number {
  if (actions.kind === 'discrete') return actions.numActions;
  return actions.kind === 'continuous' ? actions.low.length : actions.sizes.reduce((sum, size) => sum + size, 0);
}

/** What a checkpoint says of the observations it was learned on, and of the actions. */
export const describeSpec = ({ stateSize, actions, context }: EnvSpec): Saved => ({
  stateSize,
  actions: JSON.stringify(actions),
  features: context?.features ?? 0,
  window: context?.window ?? 0,
});

/** @throws InputError naming the first difference between the saved spec and this one */
export function assertSameSpec(saved: SavedReader, spec: EnvSpec, where: string): void {
  const mine = describeSpec(spec) as Record<string, number | string>;
  for (const [field, value] of Object.entries(mine)) {
    if (saved.any(field) === value) continue;
    throw new InputError({
      what: `saved agent observes another ${field}`,
      where,
      rule: `${value} here`,
      value: saved.any(field),
      hint: 'the checkpoint belongs to another environment',
    });
  }
}

/** How often something due every `period` steps falls due on the way from `before` to `after`. */
export const timesDue = (before: number, after: number, period: number): number =>
  Math.floor(after / period) - Math.floor(before / period);
