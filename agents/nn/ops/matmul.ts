/** Matrix products. */

import { shapeError, type Op, type Tensor } from '../tensor.ts';
import { reshape } from './shaping.ts';

interface Transposes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

const matmulOp: Op = {
  name: 'matmul',
  gradient: (node, g, { sumTo }) => {
    const [a, b] = node.inputs;
    const transposeA = node.attributes.transposeA === 1;
    const transposeB = node.attributes.transposeB === 1;
    const byA = transposeA
      ? matmul(b, g, { transposeA: transposeB, transposeB: true })
      : matmul(g, b, { transposeB: !transposeB });
    const byB = transposeB
      ? matmul(g, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, g, { transposeA: !transposeA });
    return [sumTo(byA, a.shape), sumTo(byB, b.shape)];
  },
};

/** Product over the last two axes, the leading ones broadcast; either side may be taken transposed, which costs nothing in 2D. */
export function matmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: Transposes = {}): Tensor {
  const fail = (rule: string) => shapeError(a.graph, 'matmul', [a, b], rule);
  if (a.shape.length < 2 || b.shape.length < 2 || a.dtype !== 'float32' || b.dtype !== 'float32')
    throw fail('both need two axes and float32');
  const [rows, inner] = lastTwo(a, transposeA);
  const [innerB, columns] = lastTwo(b, transposeB);
  if (inner !== innerB) throw fail(`inner sizes ${inner} and ${innerB} must be equal`);
  const lead = leadingShape(a, b, fail);
  const attributes = { transposeA: Number(transposeA), transposeB: Number(transposeB) };
  return a.graph.node(matmulOp, [a, b], { shape: [...lead, rows, columns], dtype: 'float32', attributes });
}

function lastTwo({ shape }: Tensor, transposed: boolean): [string | number, string | number] {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

function leadingShape(a: Tensor, b: Tensor, fail: (rule: string) => Error): Tensor['shape'] {
  const [left, right] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, i) => {
    const l = left[i - rank + left.length] ?? 1;
    const r = right[i - rank + right.length] ?? 1;
    if (l === r || r === 1) return l;
    if (l === 1) return r;
    throw fail('leading sizes must be equal or 1');
  });
}

const linearOp: Op = {
  name: 'linear',
  gradient: (node, g, { reduceSum }) => {
    const [x, weight] = node.inputs;
    return [matmul(g, weight, { transposeB: true }), matmul(x, g, { transposeA: true }), reduceSum(g, 0)];
  },
};

/** x weight + bias. @param x (..., inputs) @param weight (inputs, outputs) @param bias (outputs) */
export function linear(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const [inputs, outputs] = weight.shape;
  const fits =
    weight.shape.length === 2 &&
    bias.shape.length === 1 &&
    bias.shape[0] === outputs &&
    x.shape.length >= 2 &&
    x.shape.at(-1) === inputs;
  if (!fits)
    throw shapeError(x.graph, 'linear', [x, weight, bias], 'x (..., inputs), weight (inputs, outputs), bias (outputs)');
  const flat = x.shape.length === 2 ? x : reshape(x, [-1, inputs]);
  const out = x.graph.node(linearOp, [flat, weight, bias], { shape: [flat.shape[0], outputs], dtype: 'float32' });
  return reshape(out, [...x.shape.slice(0, -1), outputs]);
}
