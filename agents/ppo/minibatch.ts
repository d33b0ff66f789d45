/** One minibatch of a rollout, as columns that are filled anew for each update. */

import type { Actions } from '../../core/spec.ts';

export type Minibatch = {
  readonly row: Int32Array;
  readonly state: Float32Array;
  /** (batch, size of an action) what was kept of the action taken. */
  readonly action: Actions;
  readonly oldLogProb: Float32Array;
  readonly oldValue: Float32Array;
  readonly advantage: Float32Array;
  readonly returnTarget: Float32Array;
  /** (batch, numActions) where actions are masked. */
  readonly actionMask?: Uint8Array;
  /** (batch) 1 where an episode begins; with memory. */
  readonly begins?: Float32Array;
  /** (envs of the batch, memory) what was carried into the rollout; with memory. */
  readonly memory?: Float32Array;
};

/** What decides the widths of the columns. */
export interface StepSize {
  readonly stateSize: number;
  /** Numbers that one action is made of, and whether they are indices. */
  readonly actionSize: number;
  readonly actionType: 'int32' | 'float32';
  /** Number of actions that masks speak of; 0: there are none. */
  readonly maskSize: number;
  /** Numbers carried for each env; 0: there is no memory. */
  readonly memorySize: number;
}

export const createKept = ({ actionType, actionSize }: StepSize, count: number): Actions =>
  actionType === 'int32' ? new Int32Array(count * actionSize) : new Float32Array(count * actionSize);

/** @param numEnvs envs whose whole rollouts are in the batch, where there is memory */
export function createMinibatch(batchSize: number, size: StepSize, numEnvs: number): Minibatch {
  return {
    row: new Int32Array(batchSize),
    state: new Float32Array(batchSize * size.stateSize),
    action: createKept(size, batchSize),
    oldLogProb: new Float32Array(batchSize),
    oldValue: new Float32Array(batchSize),
    advantage: new Float32Array(batchSize),
    returnTarget: new Float32Array(batchSize),
    ...(size.maskSize > 0 && { actionMask: new Uint8Array(batchSize * size.maskSize) }),
    ...(size.memorySize > 0 && {
      begins: new Float32Array(batchSize),
      memory: new Float32Array(numEnvs * size.memorySize),
    }),
  };
}
