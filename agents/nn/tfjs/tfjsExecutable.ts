/** A program walked with TensorFlow's ops, node by node; parameters stay on the device from run to run. */

import { InputError } from '../../../core/errors.ts';
import type { Executable, Feeds, Fetches, Program, Update } from '../engine.ts';
import { allocateOutputs, Feeding, resolveShape } from '../feeding.ts';
import { groupOf } from '../graph.ts';
import type { HostTensor, ValueInfo } from '../hostTensor.ts';
import { stringAttribute, type Tensor } from '../tensor.ts';
import type { VariableGroup } from '../variableGroup.ts';
import type { DeviceGroup } from './deviceGroup.ts';
import { gatherFed } from './gatherFed.ts';
import { kernelOf } from './kernels.ts';
import { planProgram, type Plan } from './plan.ts';
import type { TensorFlow, TfTensor } from './tensorFlow.ts';

interface ExecutableParts {
  readonly tf: TensorFlow;
  readonly program: Program;
  /** By name, all that the program uses. */
  readonly groups: ReadonlyMap<string, { readonly group: VariableGroup; readonly device: DeviceGroup }>;
  /** Called once, when the executable is let go. */
  readonly release: () => void;
}

export class TfjsExecutable implements Executable {
  readonly #parts: ExecutableParts;
  readonly #plan: Plan;
  readonly #updates: readonly Update[];
  readonly #outputs: readonly ValueInfo[];
  readonly #feeding: Feeding;
  readonly #fed: Record<string, HostTensor> = {};
  readonly #constants = new Map<Tensor, TfTensor>();
  #fetched: Record<string, HostTensor> | null = null;
  #results: Fetches = {};
  #shapes: readonly number[][] = [];
  #isDisposed = false;

  constructor(parts: ExecutableParts) {
    const { tf, program } = parts;
    this.#parts = parts;
    this.#updates = program.updates ?? [];
    this.#plan = planProgram(program);
    for (const { node } of this.#plan.steps) kernelOf(node);
    const coefficients = new Set(this.#updates.flatMap((update) => update.coefficients));
    const inputs = this.#plan.inputs.filter((input) => !coefficients.has(input));
    this.#feeding = new Feeding(
      inputs.map((input) => describe(stringAttribute(input, 'name'), input)),
      [...program.graph.inputs.keys(), ...this.#updates.map(({ learningRate }) => learningRate)],
    );
    this.#outputs = Object.entries(program.fetches).map(([name, tensor]) => describe(name, tensor));
    for (const node of this.#plan.constants) {
      const values = program.graph.constantValues(node);
      this.#constants.set(node, tf.keep(tf.tensor(values, node.shape.map(Number), node.dtype)));
    }
  }

  run(feeds: Feeds): Fetches {
    if (this.#isDisposed) throw new TypeError('the executable was disposed of');
    const resized = this.#feeding.write(feeds, this.#fed);
    const fetched = resized || this.#fetched === null ? this.#allocate() : this.#fetched;
    const rates = this.#updates.map(({ learningRate }) => readRate(feeds, learningRate));
    this.#parts.tf.tidy(() => this.#walk(fetched, rates));
    return this.#results;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const constant of this.#constants.values()) constant.dispose();
    this.#parts.release();
  }

  #walk(fetched: Readonly<Record<string, HostTensor>>, rates: readonly number[]): void {
    const { tf, program } = this.#parts;
    const values = new Map<Tensor, TfTensor>(this.#constants);
    this.#updates.forEach((update, i) => this.#writeCoefficients(update, rates[i], values));
    const valueOf = (node: Tensor): TfTensor => {
      const known = values.get(node);
      if (known !== undefined) return known;
      const leaf = this.#leaf(node);
      values.set(node, leaf);
      return leaf;
    };

    this.#plan.steps.forEach(({ node, spent }, i) => {
      const shape = this.#shapes[i];
      values.set(
        node,
        this.#gatherFed(node, valueOf) ?? kernelOf(node)({ tf, node, inputs: node.inputs.map(valueOf), shape }),
      );
      for (const tensor of spent) values.get(tensor)?.dispose();
    });

    for (const { name } of this.#outputs) fetched[name].data.set(valueOf(program.fetches[name]).dataSync());
    for (const { group, assignments } of this.#updates) {
      const next = assignments.map((assignment) => valueOf(assignment.value).clone());
      assignments.forEach((assignment, i) => this.#held(assignment.group).device.assign(next[i]));
      this.#held(group).group.step++;
    }
  }

  /** Rows of a matrix that was fed are gathered where it lies: a market of a million rows is never uploaded for a batch of 64. */
  #gatherFed(node: Tensor, valueOf: (node: Tensor) => TfTensor): TfTensor | null {
    const [matrix, index] = node.inputs;
    if (node.op.name !== 'gatherRows' || matrix.op.name !== 'input') return null;
    return gatherFed(this.#parts.tf, this.#fed[stringAttribute(matrix, 'name')], valueOf(index));
  }

  #leaf(node: Tensor): TfTensor {
    const { tf } = this.#parts;
    if (node.op.name === 'vector') return this.#held(stringAttribute(node, 'group')).device.flat;
    const name = stringAttribute(node, 'name');
    if (node.op.name === 'parameter') return this.#held(groupOf(name)).device.part(name);
    const { type, dims, data } = this.#fed[name];
    return tf.tensor(data, [...dims], type);
  }

  #writeCoefficients(update: Update, rate: number, values: Map<Tensor, TfTensor>): void {
    const scalars = new Float64Array(update.coefficients.length);
    update.writeCoefficients(this.#held(update.group).group.step + 1, rate, scalars);
    update.coefficients.forEach((tensor, i) => values.set(tensor, this.#parts.tf.scalar(scalars[i])));
  }

  #held(name: string) {
    const held = this.#parts.groups.get(name);
    if (held === undefined) throw new TypeError(`group '${name}' is not of this program`);
    return held;
  }

  #allocate(): Readonly<Record<string, HostTensor>> {
    const { sizes } = this.#feeding;
    this.#shapes = this.#plan.steps.map(({ node }) => resolveShape(node.shape, sizes));
    const fetched = allocateOutputs(this.#outputs, sizes);
    this.#results = Object.fromEntries(Object.entries(fetched).map(([name, { data }]) => [name, data]));
    this.#fetched = fetched;
    return fetched;
  }
}

const describe = (name: string, { dtype, shape }: Tensor): ValueInfo => ({ name, dtype, shape });

function readRate(feeds: Feeds, name: string): number {
  const rate = feeds[name];
  if (typeof rate === 'number') return rate;
  throw new InputError({ what: `feed '${name}' must be a number`, where: 'program', value: rate });
}
