/** Arrays in shared memory: a tree of them posted to a worker thread is seen there without a copy. */

type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** Zero throughout. */
export const sharedFloats = (length: number): Float32Array =>
  new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));

/** The same plain tree with its arrays in shared memory; those that already are there are not copied. */
export function shareArrays<Tree>(tree: Tree): Tree {
  return share(tree) as Tree;
}

function share(value: unknown): unknown {
  if (isTypedArray(value)) return shareArray(value);
  if (Array.isArray(value)) return value.map(share);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, share(inner)]));
}

const isTypedArray = (value: unknown): value is TypedArray => ArrayBuffer.isView(value) && !(value instanceof DataView);

function shareArray(array: TypedArray): TypedArray {
  if (array.buffer instanceof SharedArrayBuffer) return array;
  const buffer = new SharedArrayBuffer(array.byteLength);
  // One element type for all: bytes are copied, not values.
  new Uint8Array(buffer).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return sameKind(array, buffer);
}

function sameKind(array: TypedArray, buffer: SharedArrayBuffer): TypedArray {
  if (array instanceof Float64Array) return new Float64Array(buffer);
  if (array instanceof Float32Array) return new Float32Array(buffer);
  if (array instanceof Int32Array) return new Int32Array(buffer);
  return array instanceof Uint32Array ? new Uint32Array(buffer) : new Uint8Array(buffer);
}
