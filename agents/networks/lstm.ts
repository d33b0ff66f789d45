/** Long short-term memory unrolled over the window: what it carries begins anew at the window's first bar. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { DenseLayer } from '../nn/layers.ts';
import { reshape, slice, transpose, concat } from '../nn/ops/shaping.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';
import { dropout } from './dropout.ts';
import { lstmCell, type LstmState } from './lstmCell.ts';
import {
  activationField,
  besideState,
  dropoutField,
  hiddenLayers,
  requireWindow,
  tailField,
  type TrunkBuilder,
} from './parts.ts';

export const lstmConfig = z
  .strictObject({
    kind: z.literal('lstm'),
    units: positiveInt.default(64).describe('numbers that each layer carries from bar to bar'),
    numLayers: positiveInt.default(1).describe('layers, each reading what the one below says at every bar'),
    activation: activationField,
    dropout: dropoutField,
    hidden: tailField,
  })
  .describe('long short-term memory unrolled over the window');

export type LstmConfig = z.infer<typeof lstmConfig>;

/** One layer over all bars, time first. @param x (bars, batch, inputs) @returns what is carried after each bar */
export function unrollLstm(x: Tensor, name: string, units: number, layer?: DenseLayer): LstmState[] {
  const bars = fixedDim(x.shape[0]);
  const cell = lstmCell(name, units, bars, layer);
  const projected = cell.project(x); // (bars, batch, 4 * units)
  const states: LstmState[] = [];
  for (let bar = 0; bar < bars; bar++) {
    const now = reshape(slice(projected, 0, bar, bar + 1), [x.shape[1], 4 * units]);
    states.push(cell.step(now, states.at(-1) ?? null));
  }
  return states;
}

/** @returns (batch, last hidden size) */
export const buildLstm: TrunkBuilder<LstmConfig> = (config, observed, place) => {
  const { name, luck } = place;
  const { units, numLayers } = config;
  const window = requireWindow(observed, config.kind, place);
  let x = transpose(window, [1, 0, 2]); // (bars, batch, features)
  let last = x;
  for (let layer = 0; layer < numLayers; layer++) {
    const states = unrollLstm(x, `${name}/lstm${layer}`, units, place.layer);
    last = states[states.length - 1].hidden; // (batch, units)
    if (layer === numLayers - 1) break;
    const steps = concat(
      states.map(({ hidden }) => reshape(hidden, [1, window.shape[0], units])),
      0,
    ); // (bars, batch, units)
    x = dropout(steps, { name: `${name}/lstm${layer}/dropout`, rate: config.dropout, luck });
  }
  const kept = dropout(last, { name: `${name}/dropout`, rate: config.dropout, luck });
  return hiddenLayers(besideState(kept, observed), place, config);
};
