/** Descriptive statistics over typed or plain arrays. Undefined is null, never 0 or NaN. */

type Values = ArrayLike<number>;

export function sum(values: Values): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** Null for no values. */
export const mean = (values: Values): number | null => (values.length === 0 ? null : sum(values) / values.length);

/** Unbiased sample variance (divisor n - 1); null for fewer than two values. */
export function variance(values: Values): number | null {
  if (values.length < 2) return null;
  return centralMoment(values, 2) * (values.length / (values.length - 1));
}

/** Square root of the unbiased sample variance; null for fewer than two values. */
export function standardDeviation(values: Values): number | null {
  const v = variance(values);
  return v === null ? null : Math.sqrt(v);
}

/** Third standardized moment (population form); null where the values do not vary. */
export const skewness = (values: Values): number | null => standardizedMoment(values, 3);

/** Fourth standardized moment, 3 for a normal distribution: raw, not excess. Null where the values do not vary. */
export const rawKurtosis = (values: Values): number | null => standardizedMoment(values, 4);

/**
 * Quantile by linear interpolation between order statistics (Hyndman and Fan's type 7, NumPy's default).
 *
 * @param sorted ascending
 * @param q in [0, 1]
 */
export function quantileSorted(sorted: Values, q: number): number | null {
  if (sorted.length === 0) return null;
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

export const median = (values: Values): number | null => quantileSorted(Float64Array.from(values).sort(), 0.5);

/** Standard normal distribution function, absolute error below 1e-15 (West, 2005, after Hart). */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  if (z > 37) return x > 0 ? 1 : 0;
  const e = Math.exp((-z * z) / 2);
  let tail: number;
  if (z < 7.07106781186547) {
    const numerator =
      ((((((3.52624965998911e-2 * z + 0.700383064443688) * z + 6.37396220353165) * z + 33.912866078383) * z +
        112.079291497871) *
        z +
        221.213596169931) *
        z +
        220.206867912376) *
      e;
    const denominator =
      ((((((8.83883476483184e-2 * z + 1.75566716318264) * z + 16.064177579207) * z + 86.7807322029461) * z +
        296.564248779674) *
        z +
        637.333633378831) *
        z +
        793.826512519948) *
        z +
      440.413735824752;
    tail = numerator / denominator;
  } else {
    tail = e / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / 2.506628274631;
  }
  return x > 0 ? 1 - tail : tail;
}

/** Inverse of {@link normalCdf}: Acklam's rational approximation, polished by one Halley step. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  const low = 0.02425;
  let x: number;
  if (p < low || p > 1 - low) {
    const q = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
    const tail =
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1);
    x = p < low ? tail : -tail;
  } else {
    const q = p - 0.5;
    const r = q * q;
    x =
      ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
        30.66479806614716) *
        r +
        2.506628277459239) *
        q) /
      (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
        13.28068155288572) *
        r +
        1);
  }
  const error = normalCdf(x) - p;
  const u = error * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
  return x - u / (1 + (x * u) / 2);
}

function centralMoment(values: Values, order: number): number {
  const center = sum(values) / values.length;
  let total = 0;
  for (let i = 0; i < values.length; i++) total += (values[i] - center) ** order;
  return total / values.length;
}

function standardizedMoment(values: Values, order: number): number | null {
  if (values.length < 2) return null;
  const spread = centralMoment(values, 2);
  return spread > 0 ? centralMoment(values, order) / spread ** (order / 2) : null;
}
