/** A trained program as an ONNX file that any runtime loads. */

import { InputError } from '../../../core/errors.ts';
import type { Program } from '../engine.ts';
import { groupOf } from '../graph.ts';
import { stringAttribute } from '../tensor.ts';
import type { Variables } from '../variables.ts';
import { encodeProgram } from './encodeProgram.ts';
import { encodeModel } from './model.ts';

/** Parameters become part of the model; inputs and fetches keep their names, sizes given by a string stay dynamic. */
export function exportOnnx({ graph, fetches, updates = [] }: Program, variables: Variables): Uint8Array {
  if (updates.length > 0) throw new InputError({ what: 'a program with updates cannot be exported', where: 'onnx' });
  const model = encodeProgram(graph, new Map(Object.entries(fetches)), (leaf) => {
    if (leaf.op.name === 'vector') return variables.group(stringAttribute(leaf, 'group')).values;
    const name = stringAttribute(leaf, 'name');
    return variables.group(groupOf(name)).view(name);
  });
  return encodeModel(model);
}
