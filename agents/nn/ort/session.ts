/**
 * Sessions of onnxruntime: its native binding, called directly.
 *
 * The public `session.run` waits for a turn of the event loop and then makes the same synchronous call; a training step
 * is shorter than that wait.
 */

import type { Binding } from 'onnxruntime-node/dist/binding.js';
import { InputError } from '../../../core/errors.ts';
import type { HostTensor, ValueInfo } from '../hostTensor.ts';
import type { DType } from '../tensor.ts';
import type { OrtProvider } from './providers.ts';
import { binding, env, initOrt } from './runtime.ts';

/** One loaded model. */
export interface OrtSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Computes into the arrays of `fetches`. */
  run(feeds: Readonly<Record<string, HostTensor>>, fetches: Readonly<Record<string, HostTensor>>): void;
  dispose(): void;
}

export interface SessionOptions {
  /** Threads of one operation. With 1, the default, results do not depend on the machine's count of cores. */
  readonly threads?: number;
  /** Where operations run; those that it lacks run on the CPU. */
  readonly provider?: OrtProvider;
}

/** TensorProto.DataType, the other way round. */
const DTYPES = new Map<number, DType>([
  [1, 'float32'],
  [6, 'int32'],
  [9, 'bool'],
]);

/** @throws InputError when the bytes are not a model that this runtime can run */
export function openSession(model: Uint8Array, { threads = 1, provider = 'cpu' }: SessionOptions = {}): OrtSession {
  // What goes wrong comes back as an exception.
  env.logLevel = 'fatal';
  initOrt();
  const native = new binding.InferenceSession();
  try {
    native.loadModel(bufferOf(model), model.byteOffset, model.byteLength, {
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: provider === 'cpu' ? 3 : 4,
      // Threads that wait must not burn a core that another trial could use.
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    throw new InputError({
      what: 'the model cannot be loaded',
      where: 'onnx',
      value: error instanceof Error ? error.message : String(error),
    });
  }
  return {
    inputs: native.inputMetadata.map(describe),
    outputs: native.outputMetadata.map(describe),
    // The binding checks no prototype: it reads type, dims, data and location.
    run: (feeds, fetches) => void native.run(feeds as NativeValues, fetches as NativeValues, {}),
    dispose: () => native.dispose(),
  };
}

type NativeValues = Parameters<Binding.InferenceSession['run']>[0];

function describe({ name, shape, symbolicDimensions, type }: Binding.ValueMetadata): ValueInfo {
  const dtype = DTYPES.get(type);
  if (dtype === undefined)
    throw new InputError({
      what: `'${name}' has a type that is not supported`,
      where: 'onnx',
      rule: 'float32, int32 or bool',
      value: type,
    });
  return { name, dtype, shape: shape.map((dim, i) => (dim < 0 ? symbolicDimensions[i] : dim)) };
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  if (bytes.buffer instanceof ArrayBuffer) return bytes.buffer;
  throw new InputError({ what: 'a model in shared memory cannot be loaded', where: 'onnx' });
}
