/** Where the address of an observation becomes numbers: the window is gathered inside the graph, never copied before it. */

import type { EnvSpec, Observations } from '../../core/spec.ts';
import type { Graph } from '../nn/graph.ts';
import { gatherWindow } from '../nn/ops/indexing.ts';
import type { Dim, Tensor, TensorValues } from '../nn/tensor.ts';
import { feedContext } from './contextFeed.ts';

/** One batch of observations as a network sees it. */
export interface ObservedTensors {
  /** (batch, window, features); null where the state is the whole observation. */
  readonly window: Tensor | null;
  /** (batch, stateSize); null where the window is. */
  readonly state: Tensor | null;
}

export interface ObservationNames {
  readonly row: string;
  readonly state: string;
  readonly actionMask: string;
}

const OBSERVATION: ObservationNames = { row: 'row', state: 'state', actionMask: 'actionMask' };
export const NEXT_OBSERVATION: ObservationNames = {
  row: 'nextRow',
  state: 'nextState',
  actionMask: 'nextActionMask',
};

/** Declares the inputs `context` (rows, features), `row` (batch), `state` (batch, stateSize) and gathers the window. */
export function observe(
  graph: Graph,
  { context, stateSize }: EnvSpec,
  batch: Dim,
  names: ObservationNames = OBSERVATION,
): ObservedTensors {
  const state = graph.input(names.state, [batch, stateSize]);
  const row = graph.input(names.row, [batch], 'int32');
  if (context === null) return { window: null, state };
  const matrix = graph.input('context', ['rows', context.features]);
  return { window: gatherWindow(matrix, row, context.window), state: stateSize > 0 ? state : null };
}

/** Declares the input `actionMask` (batch, numActions) bool; null where the spec's actions are not masked. */
export function observeMask(graph: Graph, { actions }: EnvSpec, batch: Dim, names = OBSERVATION): Tensor | null {
  if (actions.kind !== 'discrete' || actions.masked !== true) return null;
  return graph.input(names.actionMask, [batch, actions.numActions], 'bool');
}

/** The feeds of {@link observe} and {@link observeMask}: without a context there is no row to feed. */
export function feedObservations(
  { context, actions }: Pick<EnvSpec, 'context' | 'actions'>,
  { row, state, actionMask }: Observations,
): Record<string, TensorValues> {
  return {
    state,
    ...(context !== null && feedContext(context, { row })),
    ...(actions.kind === 'discrete' && actions.masked === true && actionMask !== undefined && { actionMask }),
  };
}
