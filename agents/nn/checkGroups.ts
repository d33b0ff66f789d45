/** Whether a store of variables holds what a program declares. */

import { InputError } from '../../core/errors.ts';
import type { Program } from './engine.ts';
import type { VariableGroup } from './variableGroup.ts';
import type { Variables } from './variables.ts';

/**
 * Every parameter must be held with its shape; a group used as one vector must be held exactly as declared.
 *
 * @returns the groups of the program
 */
export function checkGroups({ graph, updates = [] }: Program, variables: Variables): VariableGroup[] {
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
  return [...graph.groups.keys()].map((name) => variables.group(name));
}
