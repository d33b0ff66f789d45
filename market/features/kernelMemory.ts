/** Memory that the kernels of a thread work on: filled, worked on and read within one call. */

const PAGE_BYTES = 65_536;
const memory = new WebAssembly.Memory({ initial: 1 });
let doubles = new Float64Array(memory.buffer);

/** @returns at least `length` doubles from address 0 on, overwritten by whoever asks next */
export function reserveDoubles(length: number): Float64Array {
  if (doubles.length >= length) return doubles;
  memory.grow(Math.ceil((8 * length - memory.buffer.byteLength) / PAGE_BYTES));
  doubles = new Float64Array(memory.buffer);
  return doubles;
}

/** The function that a module of `assembleModule` exports, at work on that memory. */
export const loadKernel = (module: Uint8Array): unknown =>
  new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } }).exports.run;
