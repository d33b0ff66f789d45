/** Where onnxruntime computes, and whether it can here. */

import { InputError } from '../../../core/errors.ts';
import { Graph } from '../graph.ts';
import { hostTensor } from '../hostTensor.ts';
import { encodeProgram } from '../onnx/encodeProgram.ts';
import { encodeModel } from '../onnx/model.ts';
import { add } from '../ops/arithmetic.ts';
import { openSession } from './session.ts';

export const ORT_PROVIDERS = ['cpu', 'webgpu', 'cuda'] as const;
export type OrtProvider = (typeof ORT_PROVIDERS)[number];

/** What a machine needs for a provider. */
const NEEDS: Readonly<Record<OrtProvider, string>> = {
  cpu: 'run npm ci again on this platform',
  webgpu:
    "it needs a GPU with its vendor's driver, on Linux also the Vulkan loader (apt install libvulkan1); until then set provider to cpu",
  cuda: 'it needs Linux x64, an NVIDIA GPU, CUDA 12 with cuDNN 9, and binaries that npm does not carry: run ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js; until then set provider to cpu',
};

const verdicts = new Map<OrtProvider, InputError | null>();

/**
 * Computes one sum on the provider, once a process: the list of what a binary supports says nothing of the machine.
 *
 * @throws InputError with the reason and what to do
 */
export function requireProvider(provider: OrtProvider): void {
  const known = verdicts.get(provider);
  const verdict = known === undefined ? tryProvider(provider) : known;
  verdicts.set(provider, verdict);
  if (verdict !== null) throw verdict;
}

function tryProvider(provider: OrtProvider): InputError | null {
  const graph = new Graph();
  const sum = add(graph.input('x', [2]), graph.input('y', [2]));
  const model = encodeModel(encodeProgram(graph, new Map([['sum', sum]])));
  try {
    const session = openSession(model, { provider });
    const out = hostTensor('float32', [2], new Float32Array(2));
    const feeds = {
      x: hostTensor('float32', [2], Float32Array.of(1, 2)),
      y: hostTensor('float32', [2], Float32Array.of(3, 4)),
    };
    session.run(feeds, { sum: out });
    session.dispose();
    return out.data.join() === '4,6' ? null : refusal(provider, `1 + 3 and 2 + 4 gave ${out.data.join(' and ')}`);
  } catch (error) {
    return refusal(provider, reasonOf(error));
  }
}

const refusal = (provider: OrtProvider, reason: string): InputError =>
  new InputError({
    what: `onnxruntime's provider '${provider}' does not work on this machine`,
    where: 'engine ort',
    value: reason,
    hint: NEEDS[provider],
  });

/** What onnxruntime says, without the place in its sources that it says first. */
function reasonOf(error: unknown): string {
  const [problem] = error instanceof InputError ? error.problems : [];
  const said = String(problem?.value ?? (error instanceof Error ? error.message : error));
  return (
    said
      .trim()
      .split(/ was false\. | \[ONNXRuntimeError\] : /)
      .at(-1)
      ?.split('\n')[0] ?? said
  );
}
