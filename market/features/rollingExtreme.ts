/** Highest or lowest value of a sliding window. */

import { asm, assembleModule, f64x2 } from '../../core/wasm/assembler.ts';
import { loadKernel, reserveDoubles } from './kernelMemory.ts';

/**
 * Replaces each double of `bytes` bytes from address 0 on by the highest or lowest of itself and those `first`, `second`
 * and `third` bytes further.
 */
type ExtremeKernel = (bytes: number, first: number, second: number, third: number) => void;

const KINDS = {
  highest: { extreme: f64x2.max, outer: Math.max, none: -Infinity },
  lowest: { extreme: f64x2.min, outer: Math.min, none: Infinity },
} as const;

const kernels = new Map<keyof typeof KINDS, ExtremeKernel>();

/** Down to this many rows at a time, looking through the window is quicker. */
const FEW_ROWS = 4;

/**
 * The highest or lowest of the last `size` values; without a branch, which on prices would be guessed wrong every other
 * time.
 *
 * One pass over a stretch turns values into extremes of up to four of them, the next those into extremes of up to sixteen,
 * and so on until they span the window.
 */
export class RollingExtreme {
  readonly #size: number;
  readonly #kind: keyof typeof KINDS;
  readonly #kernel: ExtremeKernel;
  /** The `size - 1` values before the next, the oldest at `at`. */
  readonly #past: Float64Array;
  #at = 0;

  constructor(size: number, kind: keyof typeof KINDS) {
    this.#size = size;
    this.#kind = kind;
    this.#kernel = kernelOf(kind);
    this.#past = new Float64Array(size - 1).fill(KINDS[kind].none);
  }

  /** Takes `length` values in and writes the extreme of the last `size` after each, of all where there are fewer. */
  advance(source: Float64Array, length: number, out: Float64Array): void {
    if (length <= FEW_ROWS) for (let row = 0; row < length; row++) out[row] = this.#push(source[row]);
    else this.#advanceMany(source, length, out);
  }

  #push(value: number): number {
    const past = this.#past;
    const { outer } = KINDS[this.#kind];
    let extreme = value;
    for (let i = 0; i < past.length; i++) extreme = outer(extreme, past[i]);
    if (past.length > 0) past[this.#at] = value;
    this.#at = this.#at + 1 < past.length ? this.#at + 1 : 0;
    return extreme;
  }

  #advanceMany(source: Float64Array, length: number, out: Float64Array): void {
    const past = this.#past;
    const size = this.#size;
    // Kernels write whole vectors, and so read one double beyond.
    const doubles = reserveDoubles(past.length + length + 2);
    doubles.set(past.subarray(this.#at));
    doubles.set(past.subarray(0, this.#at), past.length - this.#at);
    doubles.set(source.subarray(0, length), past.length);
    past.set(doubles.subarray(length, length + past.length));
    this.#at = 0;
    for (let span = 1; span < size;) {
      const furthest = size - span;
      // Where 4 spans reach beyond the window, they overlap.
      const [first, second] = [Math.min(span, furthest), Math.min(2 * span, furthest)];
      const third = Math.min(3 * span, furthest);
      span += third;
      this.#kernel(8 * (length + size - span), 8 * first, 8 * second, 8 * third);
    }
    out.set(doubles.subarray(0, length));
  }
}

function kernelOf(kind: keyof typeof KINDS): ExtremeKernel {
  const loaded = kernels.get(kind) ?? (loadKernel(assembleKernel(KINDS[kind].extreme)) as ExtremeKernel);
  kernels.set(kind, loaded);
  return loaded;
}

const [BYTES, FIRST, SECOND, THIRD, AT] = [0, 1, 2, 3, 4];

function assembleKernel(extreme: (a: number[], b: number[]) => number[]): Uint8Array {
  const { get, set, load, i32Add } = asm;
  const further = (by: number): number[] => load(i32Add(get(AT), get(by)));
  return assembleModule({
    parameters: ['i32', 'i32', 'i32', 'i32'],
    locals: ['i32'],
    code: asm.doWhile(
      [
        ...asm.store(
          get(AT),
          extreme(extreme(load(get(AT)), further(FIRST)), extreme(further(SECOND), further(THIRD))),
        ),
        ...set(AT, i32Add(get(AT), asm.i32Constant(16))),
      ],
      asm.i32LessUnsigned(get(AT), get(BYTES)),
    ),
  });
}
