/** Automatic block length: Politis and White, 2004, corrected by Patton, Politis and White, 2009. https://doi.org/10.1080/07474930802459016 */

export type BootstrapKind = 'stationary' | 'circular';

/**
 * The block length (its mean, for the stationary bootstrap) that estimates the variance of a mean best.
 *
 * Autocovariances are pooled over the series, each around its own mean; they matter up to the lag after which they stay
 * inside the noise band. At least 1 and at most a third of the longest series.
 *
 * @param series consecutive bars each; bars of different series are taken as independent
 */
export function automaticBlockLength(series: readonly Float64Array[], kind: BootstrapKind): number {
  const total = series.reduce((length, part) => length + part.length, 0);
  const longest = Math.max(1, ...series.map((part) => part.length));
  const ceiling = Math.max(1, Math.min(3 * Math.sqrt(total), longest / 3));
  const quietLags = Math.max(5, Math.ceil(Math.sqrt(Math.log10(Math.max(total, 2)))));
  const maxLag = Math.min(longest - 1, Math.ceil(Math.sqrt(total)) + quietLags);
  const covariance = autocovariances(series, maxLag);
  if (!(covariance[0] > 0)) return 1;

  const lags = 2 * lastLoudLag(covariance, { total, quietLags });
  let g = 0;
  let spectrum = covariance[0];
  for (let lag = 1; lag <= Math.min(lags, maxLag); lag++) {
    const weight = Math.min(1, 2 * (1 - lag / lags)); // flat-top window
    g += 2 * weight * lag * covariance[lag];
    spectrum += 2 * weight * covariance[lag];
  }
  const d = (kind === 'stationary' ? 2 : 4 / 3) * spectrum ** 2;
  const length = Math.cbrt(((2 * g ** 2) / d) * total);
  return Number.isFinite(length) ? Math.min(ceiling, Math.max(1, length)) : ceiling;
}

/** Lags 0 .. maxLag. */
function autocovariances(series: readonly Float64Array[], maxLag: number): Float64Array {
  const total = series.reduce((length, part) => length + part.length, 0);
  const covariance = new Float64Array(maxLag + 1);
  for (const part of series) {
    const center = part.reduce((sum, value) => sum + value, 0) / part.length;
    for (let lag = 0; lag <= Math.min(maxLag, part.length - 1); lag++) {
      let products = 0;
      for (let bar = lag; bar < part.length; bar++) products += (part[bar] - center) * (part[bar - lag] - center);
      covariance[lag] += products / total;
    }
  }
  return covariance;
}

/** The largest lag before a run of `quietLags` insignificant autocorrelations; at least 1. */
function lastLoudLag(covariance: Float64Array, noise: { readonly total: number; readonly quietLags: number }): number {
  const band = 2 * Math.sqrt(Math.log10(Math.max(noise.total, 2)) / noise.total) * covariance[0];
  let loud = 0;
  for (let lag = 1; lag < covariance.length && lag - loud <= noise.quietLags; lag++) {
    if (Math.abs(covariance[lag]) >= band) loud = lag;
  }
  return Math.max(1, loud);
}
