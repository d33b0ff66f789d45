/** Adam's update of flat vectors in one pass of SIMD: what the graph form does in ten, bit for bit. */

import { asm, assembleModule, f32x4 } from '../../../core/wasm/assembler.ts';

/** Addresses are byte offsets into the memory, multiples of 16; `bytes` too. */
type AdamKernel = (
  ...args: [
    parameters: number,
    firstMoment: number,
    secondMoment: number,
    gradient: number,
    bytes: number,
    beta1: number,
    beta2: number,
    stepSize: number,
    epsilon: number,
    keep: number,
    gradientScale: number,
  ]
) => void;

const [P, M, V, G, BYTES, BETA1, BETA2, STEP_SIZE, EPSILON, KEEP, SCALE] = Array.from({ length: 11 }, (_, i) => i);
/** Scalars spread over vectors: locals 11 to 16 mirror parameters 5 to 10. */
const vectorOf = (scalar: number): number => scalar + 6;
const [END, GRADIENT, FIRST, SECOND] = [17, 18, 19, 20];

let compiled: WebAssembly.Module | null = null;

export function createAdamKernel(memory: WebAssembly.Memory): AdamKernel {
  compiled ??= new WebAssembly.Module(assembleKernel());
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return exports.run as AdamKernel;
}

function assembleKernel(): Uint8Array {
  const { get, set, load, store, i32Add, i32Constant, i32LessUnsigned } = asm;
  const { splat, add, sub, mul, div, sqrt } = f32x4;
  const vector = (scalar: number): number[] => get(vectorOf(scalar));
  const body = [
    ...set(GRADIENT, mul(load(get(G)), vector(SCALE))),
    ...set(FIRST, add(mul(load(get(M)), vector(BETA1)), get(GRADIENT))),
    ...set(SECOND, add(mul(load(get(V)), vector(BETA2)), mul(get(GRADIENT), get(GRADIENT)))),
    ...store(get(M), get(FIRST)),
    ...store(get(V), get(SECOND)),
    ...store(
      get(P),
      sub(
        mul(load(get(P)), vector(KEEP)),
        div(mul(get(FIRST), vector(STEP_SIZE)), add(sqrt(get(SECOND)), vector(EPSILON))),
      ),
    ),
    ...[P, M, V, G].flatMap((pointer) => set(pointer, i32Add(get(pointer), i32Constant(16)))),
  ];
  return assembleModule({
    parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'f32', 'f32', 'f32', 'f32', 'f32', 'f32'],
    locals: ['v128', 'v128', 'v128', 'v128', 'v128', 'v128', 'i32', 'v128', 'v128', 'v128'],
    code: [
      ...[BETA1, BETA2, STEP_SIZE, EPSILON, KEEP, SCALE].flatMap((scalar) => set(vectorOf(scalar), splat(get(scalar)))),
      ...set(END, i32Add(get(P), get(BYTES))),
      ...asm.doWhile(body, i32LessUnsigned(get(P), get(END))),
    ],
  });
}
