/** Moves columns into and out of DuckDB's vectors. */

import type { DuckDBVector } from '@duckdb/node-api';

export interface VectorRows {
  readonly from: number;
  readonly rows: number;
}

/** Copies numbers into `out` from row `at` on, NaN where a value is none. */
export function copyVector(vector: DuckDBVector, out: Float64Array, at: number, range?: VectorRows): void {
  const { from, rows } = range ?? { from: 0, rows: vector.itemCount };
  const items = plainDoubles(vector);
  if (items !== null) {
    out.set(items.subarray(from, from + rows), at);
    return;
  }
  for (let row = 0; row < rows; row++) {
    const value = vector.getItem(from + row);
    out[at + row] = typeof value === 'number' ? value : NaN;
  }
}

/**
 * The array of a vector of doubles that are all valid; null for any other.
 *
 * The array is private in the types and ten times faster than item by item, so it is looked for rather than relied on.
 */
function plainDoubles(vector: DuckDBVector): Float64Array | null {
  const items: unknown = Reflect.get(vector, 'items');
  const validity: unknown = Reflect.get(vector, 'validity');
  const allValid = typeof validity === 'object' && validity !== null && Reflect.get(validity, 'data') === null;
  return allValid && items instanceof Float64Array ? items : null;
}

/** Fills a whole vector from row `from` of a column of its type. */
export function fillVector(vector: DuckDBVector, column: ArrayLike<number | string>, from: number): void {
  const items = column instanceof Float64Array ? plainDoubles(vector) : null;
  if (items !== null && column instanceof Float64Array) items.set(column.subarray(from, from + items.length));
  else for (let row = 0; row < vector.itemCount; row++) vector.setItem(row, column[from + row]);
  vector.flush();
}
