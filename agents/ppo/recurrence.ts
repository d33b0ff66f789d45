/** Memory between a trunk and its head: one LSTM cell whose state is carried from step to step, and through rollouts. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { lstmCell, type LstmState } from '../networks/lstmCell.ts';
import { mul, sub } from '../nn/ops/arithmetic.ts';
import { concat, slice, split } from '../nn/ops/shaping.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';

export const recurrentConfig = z.strictObject({
  units: positiveInt.default(64).describe('numbers that actor and critic each carry from step to step'),
  horizonSteps: positiveInt.default(32).describe('steps that the memory is made to span at the start'),
});

export type RecurrentConfig = z.infer<typeof recurrentConfig>;

interface Sequence {
  readonly name: string;
  readonly config: RecurrentConfig;
  /** What was carried into the first step; (numEnvs, units) each. */
  readonly state: LstmState;
  /** (numSteps * numEnvs, 1) 1 where an episode begins, which nothing is carried into; null: a single step, nothing begins. */
  readonly begins: Tensor | null;
}

/** @param features (numSteps * numEnvs, inputs), time first @returns what is said at each step (numSteps * numEnvs, units), and what is carried on */
export function remember(
  features: Tensor,
  { name, config, state, begins }: Sequence,
): { readonly said: Tensor; readonly state: LstmState } {
  const cell = lstmCell(`${name}/memory`, config.units, config.horizonSteps);
  const projected = cell.project(features);
  if (begins === null) {
    const next = cell.step(projected, state);
    return { said: next.hidden, state: next };
  }
  const numEnvs = fixedDim(state.hidden.shape[0]);
  const keep = sub(1, begins);
  const said: Tensor[] = [];
  let carried = state;
  for (let from = 0; from < fixedDim(features.shape[0]); from += numEnvs) {
    const kept = slice(keep, 0, from, from + numEnvs); // (numEnvs, 1)
    const start = { hidden: mul(carried.hidden, kept), cell: mul(carried.cell, kept) };
    carried = cell.step(slice(projected, 0, from, from + numEnvs), start);
    said.push(carried.hidden);
  }
  return { said: concat(said, 0), state: carried };
}

/** Memory as it is fed and fetched: hidden and cell of each network side by side. @param memory (numEnvs, networks * 2 * units) */
export function splitMemory(memory: Tensor, units: number): LstmState[] {
  const parts = split(
    memory,
    1,
    Array.from({ length: fixedDim(memory.shape[1]) / units }, () => units),
  );
  return parts.flatMap((hidden, i) => (i % 2 === 0 ? [{ hidden, cell: parts[i + 1] }] : []));
}

/** The inverse of {@link splitMemory}. */
export const joinMemory = (states: readonly LstmState[]): Tensor =>
  concat(
    states.flatMap(({ hidden, cell }) => [hidden, cell]),
    1,
  );
