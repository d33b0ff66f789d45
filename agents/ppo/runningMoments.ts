/** Mean and variance of what has been seen so far. Source: Chan, Golub and LeVeque (1983), pairwise update */

import { SavedReader, type Resumable, type Saved } from '../../core/saved.ts';

/** Of rows of `size` numbers, each column apart. */
export class RunningMoments implements Resumable {
  readonly mean: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(size: number) {
    this.mean = new Float64Array(size);
    this.#squares = new Float64Array(size);
  }

  /** Takes in rows. @param rows (rows, size), row-major */
  add(rows: ArrayLike<number>): void {
    const size = this.mean.length;
    const count = rows.length / size;
    if (count === 0) return;
    const total = this.#count + count;
    for (let k = 0; k < size; k++) {
      let mean = 0;
      for (let i = k; i < rows.length; i += size) mean += rows[i] / count;
      let squares = 0;
      for (let i = k; i < rows.length; i += size) squares += (rows[i] - mean) ** 2;
      const delta = mean - this.mean[k];
      this.mean[k] += (delta * count) / total;
      this.#squares[k] += squares + (delta * delta * this.#count * count) / total;
    }
    this.#count = total;
  }

  /** Population standard deviation of a column; 1 before anything was seen, and where nothing varies. */
  deviation(column: number): number {
    const variance = this.#count === 0 ? 0 : this.#squares[column] / this.#count;
    return variance > 1e-12 ? Math.sqrt(variance) : 1;
  }

  save(): Saved {
    return { mean: this.mean.slice(), squares: this.#squares.slice(), count: this.#count };
  }

  restore(saved: Saved): void {
    const reader = new SavedReader(saved, 'running moments');
    reader.into('mean', this.mean);
    reader.into('squares', this.#squares);
    this.#count = reader.number('count');
  }
}
