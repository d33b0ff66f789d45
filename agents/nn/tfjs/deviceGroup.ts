/** A group of variables on TensorFlow's device. */

import { sizeOf } from '../tensor.ts';
import type { DeviceValues, VariableGroup } from '../variableGroup.ts';
import type { TensorFlow, TfTensor } from './tensorFlow.ts';

/** Its flat vector, and the variables cut out of it when first asked for; shared by the executables of one engine. */
export class DeviceGroup implements DeviceValues {
  readonly #tf: TensorFlow;
  readonly #group: VariableGroup;
  readonly #siblings: ReadonlyMap<VariableGroup, DeviceGroup>;
  readonly #offsets = new Map<string, number>();
  readonly #parts = new Map<string, TfTensor>();
  #flat: TfTensor | null = null;
  #version = -1;
  /** Executables that use it. */
  users = 0;

  constructor(tf: TensorFlow, group: VariableGroup, siblings: ReadonlyMap<VariableGroup, DeviceGroup>) {
    this.#tf = tf;
    this.#group = group;
    this.#siblings = siblings;
    let offset = 0;
    for (const { name, shape } of group.layout) {
      this.#offsets.set(name, offset);
      offset += sizeOf(shape);
    }
    group.keepOn(this);
  }

  /** All variables, as new as the group's; uploaded when they were changed elsewhere. */
  get flat(): TfTensor {
    if (this.#flat !== null && this.#version === this.#group.version) return this.#flat;
    // A copy: the plain JavaScript backend computes on the array that it is given.
    const values = this.#group.values.slice();
    const uploaded = this.#tf.keep(this.#tf.tensor(values, [values.length], 'float32'));
    this.#replace(uploaded);
    this.#version = this.#group.version;
    return uploaded;
  }

  /** One variable in its shape. */
  part(name: string): TfTensor {
    const { flat } = this;
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const shape = [...this.#group.shapeOf(name)];
    const cut = this.#tf.slice(flat, [this.#offsets.get(name) ?? 0], [sizeOf(shape)]);
    const part = this.#tf.keep(this.#tf.reshape(cut, shape));
    cut.dispose();
    this.#parts.set(name, part);
    return part;
  }

  /** Takes a new flat vector, which it will dispose of. */
  assign(flat: TfTensor): void {
    this.#replace(this.#tf.keep(flat));
    this.#group.changedOn(this);
    this.#version = this.#group.version;
  }

  read(out: Float32Array): void {
    if (this.#flat !== null) out.set(this.#flat.dataSync());
  }

  blendInto(target: VariableGroup, tau: number): boolean {
    const other = this.#siblings.get(target);
    if (other === undefined) return false;
    const tf = this.#tf;
    const [from, to] = [this.flat, other.flat];
    tf.tidy(() => other.assign(tau === 1 ? from.clone() : tf.add(to, tf.mul(tf.sub(from, to), tf.scalar(tau)))));
    return true;
  }

  dispose(): void {
    this.#group.leave(this);
    this.#replace(null);
  }

  #replace(flat: TfTensor | null): void {
    for (const part of this.#parts.values()) part.dispose();
    this.#parts.clear();
    this.#flat?.dispose();
    this.#flat = flat;
  }
}
