/** Whether onnxruntime multiplies in half precision on a provider: what mixed-precision training would live on. */

import { hostTensor } from '../hostTensor.ts';
import { encodeModel, type OnnxNode } from '../onnx/model.ts';
import type { OrtProvider } from './providers.ts';
import { openSession, type OrtSession } from './session.ts';

/** TensorProto.DataType */
const FLOAT = 1;
const FLOAT16 = 10;
const SIZE = 128;
/** Eleven bits round a sum of 128 products by far more than this, and twenty-four by far less. */
const ROUNDED = 1e-5;

/**
 * Multiplies two matrices with casts to half precision around the product, and without.
 *
 * A runtime may take a model in half precision and compute it in single all the same, so the result is what tells.
 *
 * @returns largest difference between the two products, whose elements are of size 1
 * @throws InputError where the provider cannot run them at all
 */
export function probeHalfPrecision(provider: OrtProvider = 'cpu'): {
  readonly difference: number;
  readonly isHalf: boolean;
} {
  const [single, half] = [
    multiply(openSession(productModel(false), { provider })),
    multiply(openSession(productModel(true), { provider })),
  ];
  const difference = single.reduce((largest, value, i) => Math.max(largest, Math.abs(value - half[i])), 0);
  return { difference, isHalf: difference > ROUNDED };
}

function productModel(inHalf: boolean): Uint8Array {
  const cast = (from: string, to: string, type: number): OnnxNode => ({
    opType: 'Cast',
    inputs: [from],
    outputs: [to],
    attributes: { to: type },
  });
  const product = (inputs: readonly string[], output: string): OnnxNode => ({
    opType: 'MatMul',
    inputs,
    outputs: [output],
  });
  const nodes = inHalf
    ? [
        cast('a', 'a16', FLOAT16),
        cast('b', 'b16', FLOAT16),
        product(['a16', 'b16'], 'out16'),
        cast('out16', 'out', FLOAT),
      ]
    : [product(['a', 'b'], 'out')];
  const value = (name: string) => ({ name, shape: [SIZE, SIZE], dtype: 'float32' as const });
  return encodeModel({ nodes, initializers: [], inputs: [value('a'), value('b')], outputs: [value('out')] });
}

function multiply(session: OrtSession): Float32Array {
  const matrix = (wave: number) =>
    hostTensor(
      'float32',
      [SIZE, SIZE],
      Float32Array.from({ length: SIZE * SIZE }, (_, i) => Math.sin(wave * i) / Math.sqrt(SIZE / 2)),
    );
  const out = new Float32Array(SIZE * SIZE);
  session.run({ a: matrix(1.3), b: matrix(0.7) }, { out: hostTensor('float32', [SIZE, SIZE], out) });
  session.dispose();
  return out;
}
