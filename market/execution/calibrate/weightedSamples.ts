/** Samples that hold for a time, and their distribution weighted by it. */

import { NUM_QUANTILES, type Distribution } from '../distribution.ts';

type Measured = Omit<Distribution, 'level'>;

const SIGNIFICANT_DIGITS = 6;

/** Collects samples in growing columns; a spread that stood for a minute weighs as much as sixty that stood for a second. */
export class WeightedSamples {
  #values = new Float64Array(1024);
  #weights = new Float64Array(1024);
  #count = 0;
  #seconds = 0;

  get count(): number {
    return this.#count;
  }

  get seconds(): number {
    return this.#seconds;
  }

  /**
   * @param seconds how long the sample stood; one that stood for no time is none
   * @param decay factor on its weight, for samples of long ago
   */
  push(value: number, seconds: number, decay = 1): void {
    if (!(seconds > 0)) return;
    if (this.#count === this.#values.length) {
      this.#values = grow(this.#values);
      this.#weights = grow(this.#weights);
    }
    this.#values[this.#count] = value;
    this.#weights[this.#count] = seconds * decay;
    this.#count += 1;
    this.#seconds += seconds;
  }

  /**
   * The weighted distribution: quantile q is the smallest sample at or below which at least q of the weight lies.
   *
   * @returns null where nothing was sampled
   */
  summarize(): Measured | null {
    if (this.#count === 0) return null;
    const values = this.#values.subarray(0, this.#count);
    const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
    const total = this.#weights.subarray(0, this.#count).reduce((sum, weight) => sum + weight, 0);

    const quantiles = new Array<number>(NUM_QUANTILES).fill(values[order[order.length - 1]]);
    let reached = 0;
    let next = 0;
    let weightedSum = 0;
    let tailSum = 0;
    for (const i of order) {
      const before = reached;
      reached += this.#weights[i];
      weightedSum += values[i] * this.#weights[i];
      // The last percent of the weight; a sample across its edge belongs to it in part.
      tailSum += values[i] * Math.max(0, reached - Math.max(before, 0.99 * total));
      while (next < NUM_QUANTILES && reached >= (next / (NUM_QUANTILES - 1)) * total) quantiles[next++] = values[i];
    }
    const rounded = quantiles.map(roundMeasured);
    return {
      count: this.#count,
      seconds: Math.round(this.#seconds),
      mean: roundMeasured(weightedSum / total),
      p50: rounded[50],
      p90: rounded[90],
      p99: rounded[99],
      tailMean: Math.min(Math.max(roundMeasured(tailSum / (0.01 * total)), rounded[99]), rounded[NUM_QUANTILES - 1]),
      quantiles: rounded,
    };
  }
}

/** Six digits are more than any measurement here has, and keep the tables small. */
export const roundMeasured = (value: number): number => Number(value.toPrecision(SIGNIFICANT_DIGITS));

function grow(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
