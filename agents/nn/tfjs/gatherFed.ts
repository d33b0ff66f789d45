/** Rows of a matrix in the computer's memory, as a tensor on TensorFlow's device. */

import { InputError } from '../../../core/errors.ts';
import type { HostTensor } from '../hostTensor.ts';
import type { TensorFlow, TfTensor } from './tensorFlow.ts';

/** @param index int32 of any shape @returns (...index, features); only these rows cross to the device */
export function gatherFed(
  tf: TensorFlow,
  { type, dims: [rows, features], data }: HostTensor,
  index: TfTensor,
): TfTensor {
  const addresses = index.dataSync();
  const gathered =
    type === 'float32' ? new Float32Array(addresses.length * features) : new Int32Array(addresses.length * features);
  for (let i = 0; i < addresses.length; i++) {
    const row = addresses[i];
    if (!(row >= 0 && row < rows)) {
      throw new InputError({
        what: 'row lies outside the matrix',
        where: 'gatherRows',
        rule: `0 to ${rows - 1}`,
        value: row,
      });
    }
    gathered.set(data.subarray(row * features, (row + 1) * features), i * features);
  }
  return tf.tensor(gathered, [...index.shape, features], type);
}
