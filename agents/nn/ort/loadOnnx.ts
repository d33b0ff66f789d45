/** A model file as an executable: how a trained policy is taken up again. */

import type { Executable } from '../engine.ts';
import type { ValueInfo } from '../hostTensor.ts';
import { separate } from '../onnx/packOutputs.ts';
import { OrtExecutable } from './ortExecutable.ts';
import { openSession, type SessionOptions } from './session.ts';

interface LoadedModel extends Executable {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** @throws InputError when the bytes are not a model that can be run here */
export async function loadOnnx(bytes: Uint8Array, options: SessionOptions = {}): Promise<LoadedModel> {
  const session = openSession(bytes, options);
  const { inputs, outputs } = session;
  const executable = new OrtExecutable({
    session,
    inputs,
    packing: separate(outputs),
    fetches: outputs.map(({ name }) => name),
    unusedInputs: [],
    bound: {},
    updates: [],
    groups: [],
  });
  return { inputs, outputs, run: (feeds) => executable.run(feeds), dispose: () => executable.dispose() };
}
