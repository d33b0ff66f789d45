/** A program in onnxruntime: one native call a run, no copy of parameters, no allocation while sizes stay the same. */

import { InputError } from '../../../core/errors.ts';
import type { Executable, Feeds, Fetches, Update } from '../engine.ts';
import type { TensorValues } from '../tensor.ts';
import type { VariableGroup } from '../variableGroup.ts';
import { allocateOutputs, Feeding } from './feeding.ts';
import type { OrtSession, OrtTensor, OrtValueInfo } from './session.ts';

/** A model input that lies in a group's buffers: one tensor for each of the two. */
export interface VariableBinding {
  readonly name: string;
  readonly group: VariableGroup;
  readonly tensors: readonly [OrtTensor, OrtTensor | null];
}

/** A model output that becomes the new value of a group. */
export interface AssignmentBinding {
  readonly name: string;
  readonly group: VariableGroup;
  readonly tensors: readonly [OrtTensor, OrtTensor];
}

/** An update with the scalars that are computed for it before each run. */
export interface UpdateBinding {
  readonly update: Update;
  readonly group: VariableGroup;
  readonly scalars: readonly TensorValues[];
  readonly scratch: Float64Array;
}

export interface ExecutableParts {
  readonly session: OrtSession;
  readonly inputs: readonly OrtValueInfo[];
  readonly outputs: readonly OrtValueInfo[];
  readonly variables: readonly VariableBinding[];
  readonly assignments: readonly AssignmentBinding[];
  readonly updates: readonly UpdateBinding[];
  /** Names that may be fed though the outputs do not depend on them. */
  readonly unusedInputs: readonly string[];
  /** Tensors fed at each run besides: the scalars of updates. */
  readonly constants: Readonly<Record<string, OrtTensor>>;
}

export class OrtExecutable implements Executable {
  readonly #parts: ExecutableParts;
  readonly #feeding: Feeding;
  readonly #feeds: Record<string, OrtTensor>;
  #fetches: Record<string, OrtTensor> = {};
  #results: Record<string, TensorValues> | null = null;

  constructor(parts: ExecutableParts) {
    this.#parts = parts;
    const learningRates = parts.updates.map(({ update }) => update.learningRate);
    this.#feeding = new Feeding(parts.inputs, [...parts.unusedInputs, ...learningRates]);
    this.#feeds = { ...parts.constants };
  }

  run(feeds: Feeds): Fetches {
    const { session, variables, assignments, updates } = this.#parts;
    const resized = this.#feeding.write(feeds, this.#feeds);
    if (resized || this.#results === null) this.#allocate();
    for (const { update, group, scalars, scratch } of updates) {
      const learningRate = feeds[update.learningRate];
      if (typeof learningRate !== 'number') {
        throw new InputError({
          what: `feed '${update.learningRate}' must be a number`,
          where: 'program',
          value: learningRate,
        });
      }
      update.writeCoefficients(group.step + 1, learningRate, scratch);
      for (let i = 0; i < scalars.length; i++) scalars[i][0] = scratch[i];
    }
    for (const { name, group, tensors } of variables) {
      const tensor = tensors[group.phase];
      if (tensor !== null) this.#feeds[name] = tensor;
    }
    for (const { name, group, tensors } of assignments) this.#fetches[name] = tensors[group.phase === 0 ? 1 : 0];

    session.run(this.#feeds, this.#fetches);

    for (const { group } of assignments) group.swap();
    return this.#results ?? {};
  }

  dispose(): void {
    this.#parts.session.dispose();
  }

  #allocate(): void {
    this.#fetches = allocateOutputs(this.#parts.outputs, this.#feeding.sizes);
    this.#results = Object.fromEntries(Object.entries(this.#fetches).map(([name, tensor]) => [name, tensor.data]));
  }
}
