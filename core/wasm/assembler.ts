/** Writes small WebAssembly modules: one exported function that works on an imported memory. Format: https://webassembly.github.io/spec/core/binary */

const VALUE_TYPES = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
type ValueType = keyof typeof VALUE_TYPES;

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

/** Instructions on sixteen-byte vectors, by opcode after the prefix. */
const simd =
  (code: number) =>
  (...operands: number[][]): number[] => [...operands.flat(), 0xfd, ...unsigned(code)];

const memoryArgument = (offset: number): number[] => [4, ...unsigned(offset)];

/** Instructions, each as the bytes of its operands followed by its own. */
export const asm = {
  get: (local: number): number[] => [0x20, ...unsigned(local)],
  set: (local: number, value: number[]): number[] => [...value, 0x21, ...unsigned(local)],
  /** At most 63: larger ones would be taken for negative. */
  i32Constant: (value: number): number[] => [0x41, ...unsigned(value)],
  i32Add: (a: number[], b: number[]): number[] => [...a, ...b, 0x6a],
  i32LessUnsigned: (a: number[], b: number[]): number[] => [...a, ...b, 0x49],
  load: (address: number[], offset = 0): number[] => [...address, 0xfd, 0, ...memoryArgument(offset)],
  store: (address: number[], value: number[], offset = 0): number[] => [
    ...address,
    ...value,
    0xfd,
    11,
    ...memoryArgument(offset),
  ],
  /** Runs the body, and again while the condition holds after it. */
  doWhile: (body: number[], condition: number[]): number[] => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b],
  runIf: (condition: number[], body: number[]): number[] => [...condition, 0x04, 0x40, ...body, 0x0b],
} as const;

/** Vectors of four floats. */
export const f32x4 = {
  splat: simd(0x13),
  sqrt: simd(0xe3),
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
} as const;

/** Vectors of two doubles. */
export const f64x2 = {
  constant: (value: number): number[] => [0x44, ...new Uint8Array(Float64Array.of(value).buffer), 0xfd, 0x14],
  less: simd(0x49),
  greaterOrEqual: simd(0x4c),
  abs: simd(0xec),
  add: simd(0xf0),
  sub: simd(0xf1),
  mul: simd(0xf2),
  div: simd(0xf3),
  /** `b < a ? b : a` */
  min: simd(0xf6),
  /** `a < b ? b : a` */
  max: simd(0xf7),
} as const;

/** Vectors as bits, or as two integers of 64. */
export const bits = {
  constant: (value: bigint): number[] => [0x44, ...new Uint8Array(BigInt64Array.of(value).buffer), 0xfd, 0x14],
  and: simd(0x4e),
  or: simd(0x50),
  /** Bits of `a` where `mask` has ones, of `b` elsewhere. */
  select: (a: number[], b: number[], mask: number[]): number[] => simd(0x52)(a, b, mask),
  hasOnes: simd(0x53),
  add: simd(0xce),
  sub: simd(0xd1),
  shiftLeft: (a: number[], by: number): number[] => simd(0xcb)(a, asm.i32Constant(by)),
  shiftRight: (a: number[], by: number): number[] => simd(0xcd)(a, asm.i32Constant(by)),
} as const;

interface FunctionBody {
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly code: readonly number[];
}

const section = (id: number, body: readonly number[]): number[] => [id, ...unsigned(body.length), ...body];
const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const name = (text: string): number[] => [...unsigned(text.length), ...new TextEncoder().encode(text)];

/** A module that imports memory `env.memory` and exports the function as `run`. */
export function assembleModule({ parameters, locals, code }: FunctionBody): Uint8Array {
  const type = [0x60, ...list(parameters.map((parameter) => [VALUE_TYPES[parameter]])), 0];
  const memory = [...name('env'), ...name('memory'), 0x02, 0x00, 1];
  const body = [...list(locals.map((local) => [1, VALUE_TYPES[local]])), ...code, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([type])),
    ...section(2, list([memory])),
    ...section(3, list([[0]])),
    ...section(7, list([[...name('run'), 0x00, 0]])),
    ...section(10, list([[...unsigned(body.length), ...body]])),
  ]);
}
