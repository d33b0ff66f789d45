/** Adding up what the uses of one tensor say of its gradient. */

import { add } from './ops/arithmetic.ts';
import { concat } from './ops/shaping.ts';
import { numberAttribute, type Tensor } from './tensor.ts';

/** The sum of the parts. Parts that are slices filling one axis are joined: one pass, where adding takes one for each slice. */
export const accumulate = (parts: readonly Tensor[]): Tensor =>
  joinSlices(parts) ?? parts.reduce((sum, part) => add(sum, part));

/** The gradient of a slice is a pad; pads that neither overlap nor leave a gap are a concatenation. Null where they are not. */
function joinSlices(parts: readonly Tensor[]): Tensor | null {
  if (parts.length < 2 || parts.some(({ op }) => op.name !== 'pad')) return null;
  const axis = numberAttribute(parts[0], 'axis');
  const before = (part: Tensor): number => numberAttribute(part, 'before');
  const ordered = parts.toSorted((a, b) => before(a) - before(b));
  let end = 0;
  for (const part of ordered) {
    if (numberAttribute(part, 'axis') !== axis || before(part) !== end) return null;
    end += Number(part.inputs[0].shape[axis]);
  }
  if (numberAttribute(ordered[ordered.length - 1], 'after') !== 0) return null;
  return concat(
    ordered.map((part) => part.inputs[0]),
    axis,
  );
}
