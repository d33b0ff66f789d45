/** Memory for groups of variables. */

/** Where one group lies. */
export interface Storage {
  readonly values: Float32Array;
  /** As long as the values, for trained groups: where a step leaves the gradient. */
  readonly gradient: Float32Array | null;
  /** Shared by all groups that were allocated together; null where nothing is trained. */
  readonly memory: WebAssembly.Memory | null;
}

interface StorageRequest {
  readonly length: number;
  readonly trained: boolean;
}

const PAGE_BYTES = 65_536;
/** Regions begin and end on cache lines, so that kernels may work on whole vectors; the padding stays zero. */
const ALIGN_BYTES = 64;

export const alignedBytes = (length: number): number => Math.ceil((length * 4) / ALIGN_BYTES) * ALIGN_BYTES;

/** One block for all; in WebAssembly memory when one of them is trained, for the optimizer's kernel works there in place. */
export function allocateStorage(requests: readonly StorageRequest[]): Storage[] {
  const bytes = requests.reduce((sum, { length, trained }) => sum + alignedBytes(length) * (trained ? 2 : 1), 0);
  const memory = requests.some(({ trained }) => trained)
    ? new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) })
    : null;
  const buffer = memory?.buffer ?? new ArrayBuffer(bytes);
  let offset = 0;
  const take = (length: number): Float32Array => {
    const region = new Float32Array(buffer, offset, length);
    offset += alignedBytes(length);
    return region;
  };
  return requests.map(({ length, trained }) => ({
    values: take(length),
    gradient: trained ? take(length) : null,
    memory,
  }));
}
