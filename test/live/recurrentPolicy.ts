/** A recurrent policy for small live worlds: what it does depends on what it has carried along, all the way from its first bar. */

import { loadPolicy, type LoadedPolicy } from '../../agents/policy.ts';
import { STATE_SIZE } from '../../envs/accountState.ts';
import type { Context, EnvSpec } from '../../core/spec.ts';
import { smallPpo } from '../agents/helpers/learners.ts';
import { liveWorlds } from './liveWorlds.ts';

const specOf = (context: Context): EnvSpec => ({
  stateSize: STATE_SIZE,
  actions: { kind: 'discrete', numActions: 3 },
  context,
});

/** Untrained, which makes it trade much. */
export async function recurrentModel(seed: number): Promise<Uint8Array> {
  const { worlds } = liveWorlds(seed);
  const learner = await smallPpo(
    { spec: specOf(worlds.context), totalSteps: 1_000, seed },
    { recurrent: { units: 32, horizonSteps: 64 }, numMinibatches: 2 },
  );
  const model = learner.exportPolicy();
  learner.dispose();
  return model;
}

export const loadRecurrent = (model: Uint8Array, context: Context): Promise<LoadedPolicy> =>
  loadPolicy({ name: 'recurrent', model, context, spec: specOf(context) });
