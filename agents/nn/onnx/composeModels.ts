/** Several ONNX models as one: what one says, another may read. */

import { InputError } from '../../../core/errors.ts';
import type { OnnxModel, OnnxValue } from './model.ts';

export interface ModelPart {
  /** Prefix of every name inside the part; parts differ by it. */
  readonly name: string;
  readonly model: OnnxModel;
  /** What its inputs and outputs are called in the whole; those not named here keep their names. */
  readonly ports: Readonly<Record<string, string>>;
}

/**
 * Joins parts by the names of their ports.
 *
 * An input of that name is shared by all who read it, or fed by the part before that says it; what is not read again is an
 * output of the whole only where `outputs` names it.
 *
 * @param outputs names of the whole's outputs, in order
 * @throws InputError when parts disagree on an input, or nothing says an output
 */
export function composeModels(parts: readonly ModelPart[], outputs: readonly string[]): OnnxModel {
  const inputs = new Map<string, OnnxValue>();
  const said = new Map<string, OnnxValue>();
  const nodes: OnnxModel['nodes'][number][] = [];
  const initializers: OnnxModel['initializers'][number][] = [];
  for (const { name: part, model, ports } of parts) {
    const portNames = new Set([...model.inputs, ...model.outputs].map(({ name }) => name));
    const rename = (name: string): string =>
      portNames.has(name) ? (ports[name] ?? name) : name === '' ? name : `${part}/${name}`;
    for (const value of model.inputs) {
      const name = rename(value.name);
      const known = said.get(name) ?? inputs.get(name);
      if (known === undefined) inputs.set(name, { ...value, name });
      else if (!isSame(known, value)) throw disagreement(known, value, part);
    }
    for (const value of model.outputs) {
      const name = rename(value.name);
      if (said.has(name)) throw new InputError({ what: `two parts say '${name}'`, where: part });
      said.set(name, { ...value, name });
    }
    nodes.push(
      ...model.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
    );
    initializers.push(...model.initializers.map((constant) => ({ ...constant, name: rename(constant.name) })));
  }
  return {
    nodes,
    initializers,
    inputs: [...inputs.values()],
    outputs: outputs.map((name) => {
      const value = said.get(name);
      if (value !== undefined) return value;
      throw new InputError({ what: `no part says '${name}'`, where: 'onnx model', rule: [...said.keys()].join(', ') });
    }),
  };
}

const show = ({ shape, dtype }: OnnxValue): string => `${dtype} (${shape.join(', ')})`;

const isSame = (a: OnnxValue, b: OnnxValue): boolean => show(a) === show(b);

const disagreement = (known: OnnxValue, value: OnnxValue, part: string): InputError =>
  new InputError({
    what: `models disagree on '${known.name}'`,
    where: part,
    rule: `${show(known)}, as in the models before`,
    value: show(value),
  });
