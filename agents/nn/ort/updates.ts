/** How an executable applies an update: by the kernel where the rule's vectors lie in one memory, else as the graph says. */

import type { Update } from '../engine.ts';
import { hostTensor, type HostTensor } from '../hostTensor.ts';
import { leafName } from '../onnx/encodeProgram.ts';
import type { Tensor, TensorValues } from '../tensor.ts';
import type { Variables } from '../variables.ts';
import { createAdamKernel } from '../wasm/adamKernel.ts';
import { alignedBytes } from '../storage.ts';

/** An update bound to buffers. */
export interface UpdateBinding {
  readonly learningRate: string;
  /** Model outputs that the update needs. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** Where the model writes those that have a place of their own. */
  readonly fetches: Readonly<Record<string, HostTensor>>;
  /** Scalars that the model takes. */
  readonly feeds: Readonly<Record<string, HostTensor>>;
  /** Sets the scalars. */
  before(learningRate: number): void;
  /** Changes the variables. @param values of the other outputs */
  after(values: Readonly<Record<string, TensorValues>>): void;
}

export function bindUpdate(update: Update, variables: Variables, fuse: boolean): UpdateBinding {
  return (fuse ? bindFused(update, variables) : null) ?? bindGraph(update, variables);
}

/** The new values come out of the model and are copied into place. */
function bindGraph(update: Update, variables: Variables): UpdateBinding {
  const group = variables.group(update.group);
  const scalars = update.coefficients.map(() => new Float32Array(1));
  const scratch = new Float64Array(scalars.length);
  const targets = update.assignments.map((assignment) => {
    const target = variables.group(assignment.group);
    const { values } = target;
    return {
      name: `${assignment.group}/next`,
      tensor: assignment.value,
      target,
      values,
      next: new Float32Array(values.length),
    };
  });
  return {
    learningRate: update.learningRate,
    outputs: new Map(targets.map(({ name, tensor }) => [name, tensor])),
    fetches: Object.fromEntries(targets.map(({ name, next }) => [name, hostTensor('float32', [next.length], next)])),
    feeds: Object.fromEntries(
      update.coefficients.map((tensor, i) => [leafName(tensor), hostTensor('float32', [], scalars[i])]),
    ),
    before(learningRate) {
      update.writeCoefficients(group.step + 1, learningRate, scratch);
      for (let i = 0; i < scalars.length; i++) scalars[i][0] = scratch[i];
    },
    after() {
      for (const { values, next, target } of targets) {
        values.set(next);
        target.changed();
      }
      group.step++;
    },
  };
}

/** The gradient comes out of the model, straight into its place, and the kernel does the rest. Null where it cannot. */
function bindFused(update: Update, variables: Variables): UpdateBinding | null {
  const { rule, state, gradient: flat, scale } = update.fused;
  const group = variables.group(update.group);
  const moments = state.map((name) => variables.group(name));
  const { memory, values, gradient } = group.storage;
  if (memory === null || gradient === null || moments.some((moment) => moment.storage.memory !== memory)) return null;

  const kernel = createAdamKernel(memory);
  const [first, second] = moments.map((moment) => moment.values.byteOffset);
  const coefficients = new Float64Array(update.coefficients.length);
  const [gradientName, scaleName] = [`${update.group}/gradient`, `${update.group}/scale`];
  const bytes = alignedBytes(values.length);
  return {
    learningRate: update.learningRate,
    outputs: new Map([[gradientName, flat], ...(scale === null ? [] : [[scaleName, scale] as const])]),
    fetches: { [gradientName]: hostTensor('float32', [values.length], gradient) },
    feeds: {},
    before: (learningRate) => update.writeCoefficients(group.step + 1, learningRate, coefficients),
    after(outputs) {
      const [stepSize, epsilon, keep] = coefficients;
      kernel(
        values.byteOffset,
        first,
        second,
        gradient.byteOffset,
        bytes,
        rule.beta1,
        rule.beta2,
        stepSize,
        epsilon,
        keep,
        scale === null ? 1 : outputs[scaleName][0],
      );
      group.changed();
      for (const moment of moments) moment.changed();
      group.step++;
    },
  };
}
