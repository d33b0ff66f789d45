/** A program in onnxruntime: one native call a run, no copy of parameters, no allocation while sizes stay the same. */

import { InputError } from '../../../core/errors.ts';
import type { Executable, Feeds, Fetches } from '../engine.ts';
import type { TensorValues } from '../tensor.ts';
import { allocateOutputs, Feeding } from '../feeding.ts';
import type { HostTensor, ValueInfo } from '../hostTensor.ts';
import type { VariableGroup } from '../variableGroup.ts';
import type { Packing } from '../onnx/packOutputs.ts';
import type { OrtSession } from './session.ts';
import type { UpdateBinding } from './updates.ts';

interface ExecutableParts {
  readonly session: OrtSession;
  /** What the caller feeds and fetches. */
  readonly inputs: readonly ValueInfo[];
  readonly fetches: readonly string[];
  /** Where the fetches are in what the model puts out, and what else updates need of it. */
  readonly packing: Packing;
  /** Names that may be fed though no output depends on them. */
  readonly unusedInputs: readonly string[];
  /** Tensors fed at every run: variables, which stay where they are. */
  readonly bound: Readonly<Record<string, HostTensor>>;
  readonly updates: readonly UpdateBinding[];
  /** Groups that the model reads. */
  readonly groups: readonly VariableGroup[];
}

export class OrtExecutable implements Executable {
  readonly #parts: ExecutableParts;
  readonly #feeding: Feeding;
  readonly #feeds: Record<string, HostTensor>;
  #fetches: Record<string, HostTensor> = {};
  /** By name: everything that came out, and what the caller asked for. */
  #values: Readonly<Record<string, TensorValues>> = {};
  #results: Record<string, TensorValues> | null = null;

  constructor(parts: ExecutableParts) {
    this.#parts = parts;
    const learningRates = parts.updates.map((update) => update.learningRate);
    this.#feeding = new Feeding(parts.inputs, [...parts.unusedInputs, ...learningRates]);
    this.#feeds = Object.assign({}, parts.bound, ...parts.updates.map((update) => update.feeds));
  }

  run(feeds: Feeds): Fetches {
    const { session, updates, groups } = this.#parts;
    // Where another engine trains them on a device, asking for the values brings them home.
    for (const group of groups) void group.values;
    const resized = this.#feeding.write(feeds, this.#feeds);
    const results = resized || this.#results === null ? this.#allocate() : this.#results;
    for (const update of updates) update.before(readRate(feeds, update.learningRate));
    session.run(this.#feeds, this.#fetches);
    for (const update of updates) update.after(this.#values);
    return results;
  }

  dispose(): void {
    this.#parts.session.dispose();
  }

  #allocate(): Record<string, TensorValues> {
    const { packing, fetches, updates } = this.#parts;
    const outputs = allocateOutputs(packing.outputs, this.#feeding.sizes);
    this.#fetches = Object.assign({}, outputs, ...updates.map((update) => update.fetches));
    this.#values = packing.unpack(outputs);
    this.#results = Object.fromEntries(fetches.map((name) => [name, this.#values[name]]));
    return this.#results;
  }
}

function readRate(feeds: Feeds, name: string): number {
  const rate = feeds[name];
  if (typeof rate === 'number') return rate;
  throw new InputError({ what: `feed '${name}' must be a number`, where: 'program', value: rate });
}
