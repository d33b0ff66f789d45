/** The default engine: a program is one ONNX graph in onnxruntime, whose binary ships inside its npm package. */

import { checkGroups } from '../checkGroups.ts';
import type { Engine, Program } from '../engine.ts';
import { groupOf } from '../graph.ts';
import { hostTensor, type HostTensor } from '../hostTensor.ts';
import { encodeProgram, leafName, type EncodedProgram } from '../onnx/encodeProgram.ts';
import { encodeModel } from '../onnx/model.ts';
import { packOutputs } from '../onnx/packOutputs.ts';
import { stringAttribute } from '../tensor.ts';
import type { Variables } from '../variables.ts';
import { OrtExecutable } from './ortExecutable.ts';
import { requireProvider } from './providers.ts';
import { bindUpdate } from './updates.ts';
import { openSession, type SessionOptions } from './session.ts';

interface OrtEngineOptions extends SessionOptions {
  /** Computes optimizer steps by a kernel beside the graph, which gives the same bytes in a quarter of the time. */
  readonly fuseUpdates?: boolean;
}

/** Its compilations throw an InputError where the provider does not work on this machine. */
export function createOrtEngine(options: OrtEngineOptions = {}): Engine {
  return {
    name: 'ort',
    async compile(program, variables) {
      requireProvider(options.provider ?? 'cpu');
      return compile(program, variables, options);
    },
  };
}

function compile(
  program: Program,
  variables: Variables,
  { fuseUpdates = true, ...session }: OrtEngineOptions,
): OrtExecutable {
  const { graph, fetches, updates = [] } = program;
  const groups = checkGroups(program, variables);
  const bindings = updates.map((update) => bindUpdate(update, variables, fuseUpdates));
  const model = encodeProgram(
    graph,
    new Map([...Object.entries(fetches), ...bindings.flatMap(({ outputs }) => [...outputs])]),
  );
  const placed = new Set(bindings.flatMap((binding) => Object.keys(binding.fetches)));
  const { model: packed, packing } = packOutputs(model, (name) => !placed.has(name));
  const bound = bindVariables(model, variables);
  const ownFeeds = new Set([...Object.keys(bound), ...bindings.flatMap(({ feeds }) => Object.keys(feeds))]);
  return new OrtExecutable({
    session: openSession(encodeModel(packed), session),
    inputs: model.inputs.filter(({ name }) => !ownFeeds.has(name)),
    packing,
    fetches: Object.keys(fetches),
    unusedInputs: [...graph.inputs.keys()].filter((name) => !ownFeeds.has(name)),
    bound,
    updates: bindings,
    groups,
  });
}

function bindVariables({ parameters, vectors }: EncodedProgram, variables: Variables): Record<string, HostTensor> {
  const bound: Record<string, HostTensor> = {};
  for (const leaf of vectors) {
    const { values } = variables.group(stringAttribute(leaf, 'group'));
    bound[leafName(leaf)] = hostTensor('float32', [values.length], values);
  }
  for (const leaf of parameters) {
    const name = leafName(leaf);
    const group = variables.group(groupOf(name));
    bound[name] = hostTensor('float32', group.shapeOf(name), group.view(name));
  }
  return bound;
}
