/** Tensors with values, in the computer's memory: what goes into an executable and comes out of it. */

import type { DType, Shape, TensorValues } from './tensor.ts';

/** Plain fields, which a native binding reads quicker than getters. */
export interface HostTensor {
  readonly type: DType;
  readonly dims: readonly number[];
  readonly data: TensorValues;
  readonly location: 'cpu';
}

/** An input or output of a program. */
export interface ValueInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export const hostTensor = (dtype: DType, dims: readonly number[], data: TensorValues): HostTensor => ({
  type: dtype,
  dims,
  data,
  location: 'cpu',
});
