/** Sizes that follow from a config and a spec. */

import { InputError } from '../../core/errors.ts';
import type { EnvSpec } from '../../core/spec.ts';
import type { ActionForm } from './actionForm.ts';
import type { StepSize } from './minibatch.ts';
import type { PpoConfig } from './ppoConfig.ts';

/** Numbers that a policy of this config carries for each env; acting needs the actor's alone. */
export const memorySize = ({ recurrent }: PpoConfig, minds: 1 | 2): number =>
  recurrent === null ? 0 : minds * 2 * recurrent.units;

export interface UpdateSize {
  /** Steps in a minibatch. */
  readonly batchSize: number;
  /** Envs whose whole rollouts are in a minibatch, time first; of no meaning without memory. */
  readonly numEnvs: number;
}

export function stepSize(config: PpoConfig, { stateSize, actions }: EnvSpec, form: ActionForm): StepSize {
  const masked = actions.kind === 'discrete' && actions.masked === true;
  return {
    stateSize,
    actionSize: form.size,
    actionType: form.dtype,
    maskSize: masked ? actions.numActions : 0,
    memorySize: memorySize(config, 2),
  };
}

/** @throws InputError when minibatches do not divide the rollout */
export function minibatchSize({ numSteps, numEnvs, numMinibatches, recurrent }: PpoConfig): UpdateSize {
  const whole = recurrent === null ? numSteps * numEnvs : numEnvs;
  if (whole % numMinibatches === 0) {
    return { batchSize: (numSteps * numEnvs) / numMinibatches, numEnvs: Math.floor(numEnvs / numMinibatches) };
  }
  throw new InputError({
    what: 'minibatches do not divide the rollout',
    where: 'numMinibatches',
    rule:
      recurrent === null
        ? `a divisor of numSteps * numEnvs = ${whole}`
        : `a divisor of numEnvs = ${whole}: with memory, a minibatch holds whole envs`,
    value: numMinibatches,
  });
}
