/** A trained policy taken up again from its ONNX file: what evaluation and live act with. */

import { InputError } from '../core/errors.ts';
import type { Resumable } from '../core/saved.ts';
import type { Context, EnvSpec } from '../core/spec.ts';
import { actMindfully, evaluate } from './actor.ts';
import type { ScoringPolicy } from './agent.ts';
import { CarriedMemory } from './carriedMemory.ts';
import { scoreSize } from './learnerParts.ts';
import { loadOnnx } from './nn/ort/loadOnnx.ts';
import type { Shape } from './nn/tensor.ts';

export interface LoadPolicyOptions {
  readonly name: string;
  /** As written by `Learner.exportPolicy`. */
  readonly model: Uint8Array;
  /** What rows of observations point into; may be another, shorter matrix than the one trained on. Read anew at each act. */
  readonly context: Context | null;
  readonly spec: EnvSpec;
}

/** A policy that can be let go; what is saved of it is what it carries from act to act. */
export interface LoadedPolicy extends ScoringPolicy, Resumable {
  /** Frees the engine's memory. */
  dispose(): void;
}

/** @throws InputError when the bytes are no policy, or one that observes something else than `spec` and `context` */
export async function loadPolicy({ name, model, context, spec }: LoadPolicyOptions): Promise<LoadedPolicy> {
  const loaded = await loadOnnx(model);
  const sizes = new Map([...loaded.inputs, ...loaded.outputs].map((port) => [port.name, port.shape.at(-1)]));
  const expected: readonly (readonly [port: string, size: number | undefined])[] = [
    ['state', spec.stateSize],
    ['context', context?.features],
    ['scores', scoreSize(spec.actions)],
  ];
  for (const [port, size] of expected) {
    if (sizes.get(port) === size) continue;
    loaded.dispose();
    throw new InputError({
      what: `policy does not fit: another size of '${port}'`,
      where: name,
      rule: `${size ?? 'none'} here`,
      value: sizes.get(port) ?? 'none',
      hint: 'the model was trained on other observations or actions',
    });
  }
  const memory = new CarriedMemory(memorySizeOf(loaded.inputs));
  const actor = { executable: loaded, spec: { context, actions: spec.actions }, memory };
  return {
    name,
    act: (observations, actions) => void actMindfully(actor, observations, actions),
    score(observations, scores) {
      const fetched = evaluate(loaded, actor.spec, observations, memory.feeds(observations.row.length));
      memory.take(fetched);
      scores.set(fetched.scores);
    },
    reset: () => memory.reset(),
    save: () => memory.save(),
    restore: (saved) => memory.restore(saved),
    dispose: () => loaded.dispose(),
  };
}

/** Numbers that the model carries for each observation; 0 without memory. */
function memorySizeOf(inputs: readonly { readonly name: string; readonly shape: Shape }[]): number {
  const size = inputs.find(({ name }) => name === 'memory')?.shape.at(-1);
  return typeof size === 'number' ? size : 0;
}
