/** How far the features of a live run have moved from those of training: the population stability index of each column. */

import { z } from 'zod';
import { fraction, positive, positiveInt } from '../core/schema.ts';
import { quantileSorted } from '../core/statistics.ts';

export const driftConfig = z.strictObject({
  bins: z.int().min(2).default(10).describe('bins of equal share in training'),
  windowBars: positiveInt.default(500).describe('last live bars that are compared with training'),
  moderate: positive.default(0.1).describe('index from which a column has moved'),
  major: positive.default(0.25).describe('index from which a column has moved so far that an alert is raised'),
  majorShare: fraction.default(0.2).describe('share of columns beyond `major` that raises an alert'),
});

export type DriftConfig = z.infer<typeof driftConfig>;

/** What training looked like, a column at a time; plain data. */
export interface DriftReference {
  readonly name: string;
  /** Inner edges of the bins, ascending, without repeats. */
  readonly edges: readonly number[];
  /** Share of training rows in each bin, one more than edges. */
  readonly shares: readonly number[];
}

export interface DriftFinding {
  readonly column: string;
  readonly psi: number;
  readonly level: 'stable' | 'moderate' | 'major';
}

/** Rows of a row-major matrix. */
export interface FeatureRows {
  readonly matrix: Float32Array;
  readonly features: number;
  readonly from: number;
  readonly to: number;
}

/** @param names of the columns, in order */
export function fitDriftReference(rows: FeatureRows, names: readonly string[], bins: number): DriftReference[] {
  const count = rows.to - rows.from;
  return names.map((name, column) => {
    const values = Float64Array.from(
      { length: count },
      (_, i) => rows.matrix[(rows.from + i) * rows.features + column],
    );
    const sorted = values.slice().sort();
    const quantiles = Array.from({ length: bins - 1 }, (_, b) => quantileSorted(sorted, (b + 1) / bins) ?? 0);
    const edges = [...new Set(quantiles)];
    const counts = new Float64Array(edges.length + 1);
    for (const value of values) counts[binOf(value, edges)] += 1;
    return { name, edges, shares: Array.from(counts, (inBin) => inBin / count) };
  });
}

/** Compares the last bars with training. */
export class DriftMonitor {
  readonly #references: readonly DriftReference[];
  readonly #config: DriftConfig;
  /** (columns, windowBars) bin of each bar in the window, a ring. */
  readonly #bins: Uint16Array;
  readonly #counts: readonly Float64Array[];
  #seen = 0;

  constructor(references: readonly DriftReference[], config: DriftConfig) {
    this.#references = references;
    this.#config = config;
    this.#bins = new Uint16Array(references.length * config.windowBars);
    this.#counts = references.map(({ shares }) => new Float64Array(shares.length));
  }

  /** Takes in the newest row of features. @param offset of its first column in the matrix */
  push(matrix: Float32Array, offset: number): void {
    const { windowBars } = this.#config;
    const slot = this.#seen % windowBars;
    this.#references.forEach(({ edges }, column) => {
      const at = column * windowBars + slot;
      const counts = this.#counts[column];
      if (this.#seen >= windowBars) counts[this.#bins[at]] -= 1;
      const bin = binOf(matrix[offset + column], edges);
      this.#bins[at] = bin;
      counts[bin] += 1;
    });
    this.#seen += 1;
  }

  /** One finding a column, the most moved first; null until the window is full. */
  findings(): DriftFinding[] | null {
    const { windowBars, moderate, major } = this.#config;
    if (this.#seen < windowBars) return null;
    return this.#references
      .map(({ name, shares }, column): DriftFinding => {
        const psi = populationStability(
          shares,
          Array.from(this.#counts[column], (count) => count / windowBars),
        );
        return { column: name, psi, level: psi >= major ? 'major' : psi >= moderate ? 'moderate' : 'stable' };
      })
      .sort((a, b) => b.psi - a.psi);
  }

  /** Whether enough columns have moved far enough to tell a person. */
  isAlarming(findings: readonly DriftFinding[]): boolean {
    const moved = findings.filter(({ level }) => level === 'major').length;
    return moved > 0 && moved >= this.#config.majorShare * findings.length;
  }
}

/** Keeps the logarithm of an empty bin finite. */
const LEAST_SHARE = 1e-4;

/** Sum over bins of (actual - expected) * ln(actual / expected); 0 where the shares are equal. */
export function populationStability(expected: readonly number[], actual: readonly number[]): number {
  return expected.reduce((total, share, bin) => {
    const [e, a] = [Math.max(share, LEAST_SHARE), Math.max(actual[bin], LEAST_SHARE)];
    return total + (a - e) * Math.log(a / e);
  }, 0);
}

/** Values equal to an edge belong below it, so that a column of few values keeps each in a bin of its own. */
function binOf(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > edges[middle]) low = middle + 1;
    else high = middle;
  }
  return low;
}
