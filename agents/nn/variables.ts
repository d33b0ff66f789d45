/** The values of parameters and optimizer moments, shared by every executable that acts on or trains them. */

import { InputError } from '../../core/errors.ts';
import { digest } from '../../core/hash.ts';
import type { Rng } from '../../core/rng.ts';
import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';
import { groupOf, type Graph, type ParameterDeclaration } from './graph.ts';
import { allocateStorage } from './storage.ts';
import { showShape, sizeOf } from './tensor.ts';
import { VariableGroup } from './variableGroup.ts';

export class Variables implements Resumable {
  readonly #groups = new Map<string, VariableGroup>();

  /**
   * Allocates and fills every group that the graph declares and this store does not hold yet.
   *
   * Start with the graph that declares most (training); later graphs may use a part of a group, and are checked against it.
   * A parameter's start depends on its name and the rng's path alone.
   */
  initialize(graph: Graph, rng: Rng): void {
    const missing: [string, readonly ParameterDeclaration[]][] = [];
    for (const [name, members] of graph.groups) {
      const held = this.#groups.get(name);
      if (held === undefined) missing.push([name, members]);
      else for (const member of members) this.#check(held, member.name, member.shape);
    }
    const storages = allocateStorage(
      missing.map(([name, members]) => ({
        length: members.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
        trained: graph.trainedGroups.has(name),
      })),
    );
    missing.forEach(([name, members], i) => {
      const group = new VariableGroup(
        name,
        members.map((member) => ({ name: member.name, shape: member.shape })),
        storages[i],
      );
      for (const { name: variable, shape, initializer } of members) {
        group.view(variable).set(initializer(shape, rng.fork(variable)));
      }
      this.#groups.set(name, group);
    });
  }

  /** The group of that name. @throws InputError when nothing declared it */
  group(name: string): VariableGroup {
    const group = this.#groups.get(name);
    if (group !== undefined) return group;
    throw new InputError({
      what: `unknown group '${name}'`,
      where: 'variables',
      rule: `held are ${[...this.#groups.keys()].join(', ')}`,
      hint: 'initialize the variables with the training graph first',
    });
  }

  has(name: string): boolean {
    return this.#groups.get(groupOf(name))?.has(name) ?? false;
  }

  /** A copy of a variable's values. */
  get(name: string): Float32Array {
    const group = this.group(groupOf(name));
    return group.view(name).slice();
  }

  set(name: string, values: ArrayLike<number>): void {
    const group = this.group(groupOf(name));
    const view = group.view(name);
    if (values.length !== view.length) {
      throw new InputError({
        what: `values do not fill '${name}'`,
        where: 'variables',
        rule: `${showShape(group.shapeOf(name))} holds ${view.length}`,
        value: values.length,
      });
    }
    view.set(values);
    group.changed();
  }

  /** Makes one group equal to another of the same layout: a hard target update. */
  copy(from: string, to: string): void {
    const [source, target] = this.#pair(from, to);
    target.blend(source, 1);
  }

  /** target += tau (source - target): a soft target update. */
  blend(from: string, to: string, tau: number): void {
    const [source, target] = this.#pair(from, to);
    target.blend(source, tau);
  }

  /** SHA-256 of the values of the given groups, of all when none are given. */
  hash(names: readonly string[] = [...this.#groups.keys()]): string {
    return digest(...[...names].sort().flatMap((name) => [name, this.group(name).values]));
  }

  save(): Saved {
    return Object.fromEntries([...this.#groups].map(([name, group]) => [name, group.save()]));
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'variables');
    for (const [name, group] of this.#groups) group.restore(reader.any(name));
  }

  #pair(from: string, to: string): [VariableGroup, VariableGroup] {
    const [source, target] = [this.group(from), this.group(to)];
    if (source.values.length !== target.values.length) {
      throw new InputError({
        what: `groups '${from}' and '${to}' differ in size`,
        where: 'variables',
        rule: `'${to}' holds ${target.values.length}`,
        value: source.values.length,
      });
    }
    return [source, target];
  }

  #check(group: VariableGroup, name: string, shape: readonly number[]): void {
    const held = group.shapeOf(name);
    if (showShape(held) !== showShape(shape)) {
      throw new InputError({
        what: `'${name}' is ${showShape(held)} here and ${showShape(shape)} in the graph`,
        where: 'variables',
      });
    }
  }
}
