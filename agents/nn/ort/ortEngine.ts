/** The default engine: a program is one ONNX graph in onnxruntime, whose binary ships inside its npm package. */

import { InputError } from '../../../core/errors.ts';
import type { Engine, Program } from '../engine.ts';
import { groupOf } from '../graph.ts';
import { encodeProgram, leafName, type EncodedProgram } from '../onnx/encodeProgram.ts';
import { encodeModel } from '../onnx/model.ts';
import { stringAttribute, type Tensor } from '../tensor.ts';
import type { VariableGroup } from '../variableGroup.ts';
import type { Variables } from '../variables.ts';
import { OrtExecutable, type AssignmentBinding, type UpdateBinding, type VariableBinding } from './ortExecutable.ts';
import { openSession, ortTensor, type OrtTensor, type SessionOptions } from './session.ts';

export function createOrtEngine(options: SessionOptions = {}): Engine {
  return {
    name: 'ort',
    async compile(program, variables) {
      return compile(program, variables, options);
    },
  };
}

function compile(program: Program, variables: Variables, options: SessionOptions): OrtExecutable {
  const { graph, fetches, updates = [] } = program;
  checkGroups(program, variables);
  const assignedBy = updates.flatMap((update) => update.assignments);
  const assignmentName = (group: string): string => `${group}/next`;
  const model = encodeProgram(
    graph,
    new Map([
      ...Object.entries(fetches),
      ...assignedBy.map(({ group, value }): [string, Tensor] => [assignmentName(group), value]),
    ]),
  );
  const session = openSession(encodeModel(model), options);

  const constants: Record<string, OrtTensor> = {};
  const bound = updates.map((update): UpdateBinding => {
    const scalars = update.coefficients.map((tensor) => {
      const data = new Float32Array(1);
      constants[leafName(tensor)] = ortTensor('float32', [], data);
      return data;
    });
    return { update, group: variables.group(update.group), scalars, scratch: new Float64Array(scalars.length) };
  });
  const variableNames = new Set([...model.parameters, ...model.vectors].map(leafName));
  return new OrtExecutable({
    session,
    constants,
    inputs: model.inputs.filter(({ name }) => !(name in constants) && !variableNames.has(name)),
    outputs: model.outputs.filter(({ name }) => name in fetches),
    variables: bindVariables(model, variables),
    assignments: assignedBy.map(({ group }): AssignmentBinding => {
      const held = variables.group(group);
      return { name: assignmentName(group), group: held, tensors: [vectorTensor(held, 0), vectorTensor(held, 1)] };
    }),
    updates: bound,
    unusedInputs: [...graph.inputs.keys()].filter((name) => !(name in constants)),
  });
}

const vectorTensor = (group: VariableGroup, phase: 0 | 1): OrtTensor =>
  ortTensor('float32', [group.length], group.buffer(phase));

function bindVariables({ parameters, vectors }: EncodedProgram, variables: Variables): VariableBinding[] {
  return [
    ...vectors.map((leaf): VariableBinding => {
      const group = variables.group(stringAttribute(leaf, 'group'));
      return { name: leafName(leaf), group, tensors: [vectorTensor(group, 0), vectorTensor(group, 1)] };
    }),
    ...parameters.map((leaf): VariableBinding => {
      const name = leafName(leaf);
      const group = variables.group(groupOf(name));
      const view = (phase: 0 | 1): OrtTensor => ortTensor('float32', group.shapeOf(name), group.view(name, phase));
      return { name, group, tensors: [view(0), view(1)] };
    }),
  ];
}

/** Every parameter must be held with its shape; a group used as one vector must be held exactly as declared. */
function checkGroups({ graph, updates = [] }: Program, variables: Variables): void {
  const whole = new Set(updates.flatMap((update) => update.assignments.map(({ group }) => group)));
  for (const [name, members] of graph.groups) {
    const held = variables.group(name);
    for (const member of members) {
      if (held.shapeOf(member.name).join() !== member.shape.join()) {
        throw new InputError({
          what: `'${member.name}' has another shape in the variables`,
          where: 'program',
          rule: member.shape.join(),
          value: held.shapeOf(member.name).join(),
        });
      }
    }
    const difference = whole.has(name) ? held.differenceFrom(members) : null;
    if (difference !== null)
      throw new InputError({
        what: `group '${name}' is updated as a whole but declared in part: ${difference}`,
        where: 'program',
      });
  }
}
