/** What a learner of action values remembers: the steps it lived, or with each of them those it might have lived. */

import { InputError } from '../../core/errors.ts';
import type { Resumable } from '../../core/saved.ts';
import type { EnvSpec, Observations, StepBatch } from '../../core/spec.ts';
import { discreteActions } from '../learnerParts.ts';
import type { TensorValues } from '../nn/tensor.ts';
import { CounterfactualReplay, createCounterfactualTransitions } from '../replay/counterfactualReplay.ts';
import { Replay, type ReplayOptions } from '../replay/replay.ts';
import { createTransitions } from '../replay/transitions.ts';
import { startsOf, type DqnConfig } from './dqnConfig.ts';

/** Its addresses are named, since they are fed with the context that they point into. */
type Batch = Readonly<Record<string, TensorValues>> & { readonly row: Int32Array; readonly nextRow: Int32Array };

export interface Memory extends Resumable {
  /** The feeds of an update, overwritten by each `gather`. */
  readonly batch: Batch;
  begin(observations: Observations): void;
  record(actions: Int32Array, step: StepBatch): void;
  gather(slots: Int32Array): void;
  /** Forgets all that was lived. */
  clear(): void;
}

/** @throws InputError when the settings ask for counterfactuals that cannot be had */
export function createMemory(config: DqnConfig, spec: EnvSpec, index: ReplayOptions['index']): Memory {
  const { batchSize, counterfactual, gamma, nStep, numEnvs, replayCapacity: capacity } = config;
  const { stateSize } = spec;
  const { numActions, masked = false } = discreteActions(spec);
  const shared = { capacity, numEnvs, stateSize, numActions, gamma, index };
  if (counterfactual === false) {
    const replay = new Replay({ ...shared, masked, nStep });
    return connect(replay, createTransitions(batchSize, stateSize, masked ? numActions : 0));
  }
  if (nStep !== 1) {
    throw new InputError({
      what: 'a step not taken is followed by none',
      where: 'agents: counterfactual, nStep',
      rule: 'nStep 1',
      value: nStep,
    });
  }
  if (masked) throw new InputError({ what: 'counterfactuals know no action masks', where: 'agents: counterfactual' });
  const sizes = { stateSize, numActions, numStarts: startsOf(config, numActions) };
  return connect(new CounterfactualReplay({ ...shared, ...sizes }), createCounterfactualTransitions(batchSize, sizes));
}

type Store<B> = Omit<Memory, 'batch' | 'gather'> & { gather(slots: Int32Array, batch: B): void };

const connect = <B extends Batch>(store: Store<B>, batch: B): Memory => ({
  batch,
  begin: (observations) => store.begin(observations),
  record: (actions, step) => store.record(actions, step),
  gather: (slots) => store.gather(slots, batch),
  clear: () => store.clear(),
  save: () => store.save(),
  restore: (saved) => store.restore(saved),
});
