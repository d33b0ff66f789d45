/** Dropout. Paper: https://jmlr.org/papers/v15/srivastava14a.html */

import { mul } from '../nn/ops/arithmetic.ts';
import { where } from '../nn/ops/compare.ts';
import { fixedDim, type Tensor } from '../nn/tensor.ts';
import type { Luck } from './luck.ts';

interface DropoutOptions {
  readonly name: string;
  /** Share of elements that become zero; the rest is scaled up, so that the mean stays. */
  readonly rate: number;
  /** Null outside of training: nothing is dropped. */
  readonly luck: Luck | null;
}

export function dropout(x: Tensor, { name, rate, luck }: DropoutOptions): Tensor {
  if (luck === null || rate === 0) return x;
  const keep = 1 - rate;
  const mask = x.graph.scope(name, () => luck.mask(x.graph, name, x.shape.map(fixedDim), keep));
  return where(mask, mul(x, 1 / keep), 0);
}
