/** Natural logarithms, two at a time, of the same bits on every machine. Source: fdlibm's `e_log.c`, Sun Microsystems, 1993. */

import { asm, assembleModule, bits, f64x2 } from '../../core/wasm/assembler.ts';
import { loadKernel, reserveDoubles } from './kernelMemory.ts';

/** Replaces the doubles of `bytes` bytes from address 0 on; behind them go their lowest and their sum, by lane. */
type LogKernel = (bytes: number) => void;

let kernel: LogKernel | null = null;

/** Writes the logarithms of `length` values, each within a unit in its last place. May write over `source`. */
export function takeLogs(source: Float64Array, length: number, out: Float64Array): void {
  kernel ??= loadKernel(assembleKernel()) as LogKernel;
  const end = length + (length & 1);
  const doubles = reserveDoubles(end + 4);
  doubles[end - 1] = 1;
  if (length === 1) doubles[0] = source[0];
  else doubles.set(source.length === length ? source : source.subarray(0, length));
  kernel(8 * end);
  const isNormal =
    Math.min(doubles[end], doubles[end + 1]) >= LEAST_NORMAL && doubles[end + 2] + doubles[end + 3] < Infinity;
  if (!isNormal) for (let i = 0; i < length; i++) out[i] = Math.log(source[i]);
  else if (length === 1) out[0] = doubles[0];
  else out.set(doubles.subarray(0, length));
}

const LEAST_NORMAL = 2 ** -1022;
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
/** Of s^2, s^4, ... in log(1 + f) / s - 2, where s = f / (2 + f). */
const SERIES = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
];

const [BYTES, AT, X, LOWEST, SUM, EXPONENT, K, F, S, Z, W, R, LOW, REST, FIRST_CONSTANT] = Array.from(
  { length: 15 },
  (_, i) => i,
);

/** Vectors that are the same for all values, each a local that is set once. */
class Constants {
  readonly setup: number[] = [];
  #next = FIRST_CONSTANT;

  readonly of = (value: number | bigint): number[] => {
    const code = typeof value === 'bigint' ? bits.constant(value) : f64x2.constant(value);
    this.setup.push(...asm.set(this.#next, code));
    return asm.get(this.#next++);
  };

  get count(): number {
    return this.#next - FIRST_CONSTANT;
  }
}

function assembleKernel(): Uint8Array {
  const { get, set } = asm;
  const { less, greaterOrEqual, abs, add, sub, mul } = f64x2;
  const constants = new Constants();
  const constant = constants.of;
  const [x, exponent, k, f, s, z, w, r, low] = [X, EXPONENT, K, F, S, Z, W, R, LOW].map(get);
  const [lg1, lg2, lg3, lg4, lg5, lg6, lg7] = SERIES.map(constant);
  const one = constant(0x3ff0000000000000n);
  const half = mul(mul(constant(0.5), f), f);
  // Where 1 + f is next to 1 two terms are enough, and next to the roots of 1/2 and 2 the sum is split another way.
  const isNear = bits.and(greaterOrEqual(f, constant(-(2 ** -20))), less(f, constant(2 ** -20)));
  const isFar = bits.or(greaterOrEqual(f, constant(0x6147a / 2 ** 20)), less(f, constant((0x6b852 / 2 ** 20 - 1) / 2)));
  const nearRest = mul(mul(f, f), sub(constant(0.5), mul(constant(1 / 3), f)));
  const mayBeEither = bits.or(less(abs(f), constant(2 ** -19)), greaterOrEqual(abs(f), constant(0.28)));
  const body = [
    ...set(X, asm.load(get(AT))),
    ...set(LOWEST, f64x2.min(get(LOWEST), x)),
    ...set(SUM, add(get(SUM), x)),
    // x = 2^k (1 + f), with 1 + f between the roots of 1/2 and 2: mantissas above it are carried to the next exponent.
    ...set(EXPONENT, bits.shiftRight(bits.add(x, constant(0x00095f6400000000n)), 52)),
    ...set(K, sub(bits.or(exponent, constant(0x4330000000000000n)), constant(2 ** 52 + 1023))),
    ...set(F, sub(bits.add(bits.sub(x, bits.shiftLeft(exponent, 52)), one), one)),
    ...set(S, f64x2.div(f, add(constant(2), f))),
    ...set(Z, mul(s, s)),
    ...set(W, mul(z, z)),
    ...set(
      R,
      add(
        mul(z, add(lg1, mul(w, add(lg3, mul(w, add(lg5, mul(w, lg7))))))),
        mul(w, add(lg2, mul(w, add(lg4, mul(w, lg6))))),
      ),
    ),
    ...set(LOW, mul(k, constant(LN2_LOW))),
    ...set(REST, sub(mul(s, sub(f, r)), low)),
    ...asm.runIf(bits.hasOnes(mayBeEither), [
      ...set(REST, bits.select(sub(nearRest, low), get(REST), isNear)),
      ...set(REST, bits.select(sub(half, add(mul(s, add(half, r)), low)), get(REST), isFar)),
    ]),
    ...asm.store(get(AT), sub(mul(k, constant(LN2_HIGH)), sub(get(REST), f))),
    ...set(AT, asm.i32Add(get(AT), asm.i32Constant(16))),
  ];
  return assembleModule({
    parameters: ['i32'],
    locals: ['i32', ...Array<'v128'>(12 + constants.count).fill('v128')],
    code: [
      ...constants.setup,
      ...set(LOWEST, f64x2.constant(Infinity)),
      ...asm.doWhile(body, asm.i32LessUnsigned(get(AT), get(BYTES))),
      ...asm.store(get(AT), get(LOWEST)),
      ...asm.store(get(AT), get(SUM), 16),
    ],
  });
}
