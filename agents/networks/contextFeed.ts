/** Feeds what addresses point at: the whole context where it lies, or the windows asked for where it lies in shared memory. */

import type { Context } from '../../core/spec.ts';
import type { TensorValues } from '../nn/tensor.ts';

/** Addresses by the name of their input: `row`, `nextRow`. */
type Addresses = Readonly<Record<string, Int32Array>>;

/** Buffers for so many windows, filled anew by each feed. */
interface Stage {
  /** (windows * window, features) */
  readonly context: Float32Array;
  readonly addresses: Readonly<Record<string, Int32Array>>;
}

/** Few sizes occur: those of acting, of updates, of the last minibatch. */
const stages = new WeakMap<Context, Map<string, Stage>>();

/**
 * The feeds `context` and one of addresses each.
 *
 * onnxruntime's binding takes no array in shared memory, so of a context there the windows asked for are put one after
 * another, and the addresses are those of their places: a network gathers the same numbers.
 *
 * @returns overwritten by the next call for as many addresses
 */
export function feedContext(context: Context, addresses: Addresses): Record<string, TensorValues> {
  if (!(context.matrix.buffer instanceof SharedArrayBuffer)) return { context: context.matrix, ...addresses };
  const stage = stageOf(context, addresses);
  const { features, window } = context;
  let at = 0;
  for (const [name, rows] of Object.entries(addresses)) {
    const places = stage.addresses[name];
    for (let i = 0; i < rows.length; i++, at += window) {
      copyRows(context, rows[i] - window + 1, stage.context, at * features);
      places[i] = at + window - 1;
    }
  }
  return { context: stage.context, ...stage.addresses };
}

function stageOf(context: Context, addresses: Addresses): Stage {
  const sizes = Object.entries(addresses).map(([name, { length }]) => [name, length] as const);
  const key = sizes.join();
  const known = stages.get(context) ?? new Map<string, Stage>();
  stages.set(context, known);
  const found = known.get(key);
  if (found !== undefined) return found;
  const windows = sizes.reduce((sum, [, length]) => sum + length, 0);
  const stage = {
    context: new Float32Array(windows * context.window * context.features),
    addresses: Object.fromEntries(sizes.map(([name, length]) => [name, new Int32Array(length)])),
  };
  known.set(key, stage);
  return stage;
}

/** Numbers from which on a block is copied quicker as a whole than one by one. */
const BLOCK = 64;

function copyRows({ matrix, features, window }: Context, row: number, target: Float32Array, at: number): void {
  const from = row * features;
  const length = window * features;
  if (length >= BLOCK) target.set(matrix.subarray(from, from + length), at);
  else for (let k = 0; k < length; k++) target[at + k] = matrix[from + k];
}
