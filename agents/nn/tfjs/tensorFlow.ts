/** What this engine uses of TensorFlow.js, said here so that the project compiles where the package is not installed. */

import type { DType, TensorValues } from '../tensor.ts';

/** A tensor on TensorFlow's device. */
export interface TfTensor {
  readonly shape: readonly number[];
  /** Waits for the device. */
  dataSync(): TensorValues;
  clone(): TfTensor;
  dispose(): void;
}

/** The functions of the package; methods, so that the package's own wider types fit. */
export interface TensorFlow {
  ready(): Promise<void>;
  enableProdMode(): void;
  getBackend(): string;
  setBackend(name: string): Promise<boolean>;
  /** Disposes of every tensor made inside but those kept. */
  tidy(compute: () => void): void;
  keep(x: TfTensor): TfTensor;
  memory(): { readonly numTensors: number };

  tensor(values: TensorValues, shape: number[], dtype: DType): TfTensor;
  scalar(value: number): TfTensor;
  range(start: number, stop: number, step: number, dtype: 'int32'): TfTensor;

  add(a: TfTensor, b: TfTensor): TfTensor;
  sub(a: TfTensor, b: TfTensor): TfTensor;
  mul(a: TfTensor, b: TfTensor): TfTensor;
  div(a: TfTensor, b: TfTensor): TfTensor;
  floorDiv(a: TfTensor, b: TfTensor): TfTensor;
  minimum(a: TfTensor, b: TfTensor): TfTensor;
  maximum(a: TfTensor, b: TfTensor): TfTensor;
  equal(a: TfTensor, b: TfTensor): TfTensor;
  less(a: TfTensor, b: TfTensor): TfTensor;
  lessEqual(a: TfTensor, b: TfTensor): TfTensor;
  greater(a: TfTensor, b: TfTensor): TfTensor;
  greaterEqual(a: TfTensor, b: TfTensor): TfTensor;
  where(condition: TfTensor, a: TfTensor, b: TfTensor): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA: boolean, transposeB: boolean): TfTensor;

  neg(x: TfTensor): TfTensor;
  exp(x: TfTensor): TfTensor;
  log(x: TfTensor): TfTensor;
  sqrt(x: TfTensor): TfTensor;
  square(x: TfTensor): TfTensor;
  abs(x: TfTensor): TfTensor;
  tanh(x: TfTensor): TfTensor;
  relu(x: TfTensor): TfTensor;
  sigmoid(x: TfTensor): TfTensor;
  softplus(x: TfTensor): TfTensor;
  sign(x: TfTensor): TfTensor;
  clipByValue(x: TfTensor, low: number, high: number): TfTensor;
  cast(x: TfTensor, dtype: DType): TfTensor;
  softmax(x: TfTensor): TfTensor;
  logSoftmax(x: TfTensor): TfTensor;

  sum(x: TfTensor, axes: number[], keepDims: boolean): TfTensor;
  mean(x: TfTensor, axes: number[], keepDims: boolean): TfTensor;
  max(x: TfTensor, axes: number[], keepDims: boolean): TfTensor;
  argMax(x: TfTensor, axis: number): TfTensor;

  reshape(x: TfTensor, shape: number[]): TfTensor;
  broadcastTo(x: TfTensor, shape: number[]): TfTensor;
  transpose(x: TfTensor, order: number[]): TfTensor;
  slice(x: TfTensor, begin: number[], size: number[]): TfTensor;
  pad(x: TfTensor, amounts: [number, number][]): TfTensor;
  concat(parts: TfTensor[], axis: number): TfTensor;
  gather(x: TfTensor, index: TfTensor): TfTensor;
}
