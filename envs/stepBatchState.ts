/** What vector steps of every env have in common: a first one that reports nothing yet, and one as saved state. */

import { SavedReader, type Saved } from '../core/saved.ts';
import type { StepBatch } from '../core/spec.ts';

export const saveStepBatch = (step: StepBatch): Saved => ({
  row: step.row.slice(),
  state: step.state.slice(),
  finalRow: step.finalRow.slice(),
  finalState: step.finalState.slice(),
  reward: step.reward.slice(),
  terminated: step.terminated.slice(),
  truncated: step.truncated.slice(),
});

/** Makes of a batch whose `row` and `state` begin an episode one that no step has led to. */
export function clearStepBatch(step: StepBatch): void {
  step.finalRow.set(step.row);
  step.finalState.set(step.state);
  step.reward.fill(0);
  step.terminated.fill(0);
  step.truncated.fill(0);
}

/** Copies a saved step into `step`. @throws InputError when it is of another width */
export function restoreStepBatch(saved: Saved, step: StepBatch): void {
  const reader = new SavedReader(saved, 'step batch');
  reader.into('row', step.row);
  reader.into('state', step.state);
  reader.into('finalRow', step.finalRow);
  reader.into('finalState', step.finalState);
  reader.into('reward', step.reward);
  reader.into('terminated', step.terminated);
  reader.into('truncated', step.truncated);
}
