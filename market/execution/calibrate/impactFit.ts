/** Market impact by the square-root law, fitted to public trades and the quotes beside them. */

import { InputError } from '../../../core/errors.ts';
import type { Impact } from '../orderMeasures.ts';
import type { PrevailingQuotes } from './prevailingQuotes.ts';
import type { TradeStream } from './tradeRecording.ts';
import { roundMeasured } from './weightedSamples.ts';

/** Fewer buckets than this leave the coefficient open within a factor of two and more. */
const MIN_BUCKETS = 100;
/** A coefficient nearer to zero than so many standard errors is not told from none. */
const MIN_STANDARD_ERRORS = 3;

/**
 * Fits the coefficient Y of
 *
 *   move / sigma = Y x sign(Q) x sqrt(|Q| / V)
 *
 * over buckets of time by least squares through the origin. Of a bucket, `move` is the relative change of mid from its
 * start to its end and Q the net notional that takers bought. V is the mean notional traded in a bucket and sigma the
 * standard deviation of its move, both over the whole recording. The standard error allows for residuals of unequal
 * spread (White 1980), which a few buckets with large trades make necessary.
 *
 * The law is that of Almgren, Thum, Hauptmann and Li, "Direct Estimation of Equity Market Impact" (2005); Toth et al.,
 * "Anomalous Price Impact and the Critical Nature of Liquidity in Financial Markets" (2011); Bouchaud, "Price Impact"
 * (2009), where Y is near one from market to market. Those measured parent orders of known owners. Public trades show
 * only the flow of everybody together, which also follows prices: Y is then an upper estimate of what an order of that
 * size does by itself, that is, adverse. A span of minutes measures the liquidity of these minutes and no more.
 *
 * @throws InputError for a sample that is too small, or shows no impact
 */
export function fitImpact(trades: readonly TradeStream[], quotes: PrevailingQuotes, bucketMs: number): Impact {
  const name = trades.map(({ source }) => source.name).join(' + ');
  const buckets = trades.flatMap((stream) => makeBuckets(stream, quotes, bucketMs));
  const count = buckets.length;
  const traded = buckets.filter((bucket) => bucket.traded > 0).length;
  if (traded < MIN_BUCKETS) {
    throw new InputError({
      what: 'too few trades with quotes beside them to measure impact',
      where: name,
      rule: `at least ${MIN_BUCKETS} buckets of ${bucketMs / 1000} s in which somebody traded and quotes stood`,
      value: traded,
      hint: 'record for longer, or make shorter buckets with --bucket-seconds',
    });
  }
  const sigma = Math.sqrt(sumOf(buckets, ({ move }) => move * move) / count);
  const volumeNotional = sumOf(buckets, (bucket) => bucket.traded) / count;
  const points = buckets.map(({ net, move }) => ({
    x: Math.sign(net) * Math.sqrt(Math.abs(net) / volumeNotional),
    y: sigma === 0 ? 0 : move / sigma,
  }));
  const xx = sumOf(points, ({ x }) => x * x);
  const coefficient = sumOf(points, ({ x, y }) => x * y) / xx;
  const residual = ({ x, y }: (typeof points)[number]) => y - coefficient * x;
  const standardError = Math.sqrt(sumOf(points, (point) => (point.x * residual(point)) ** 2)) / xx;
  if (!(coefficient > MIN_STANDARD_ERRORS * standardError)) {
    throw new InputError({
      what: 'no impact can be told from noise',
      where: name,
      rule: `a coefficient above ${MIN_STANDARD_ERRORS} standard errors`,
      value: `${roundMeasured(coefficient)} +- ${roundMeasured(standardError)} over ${count} buckets`,
      hint: 'are the sides those of the takers, and the quotes of the same market?',
    });
  }
  const r2 = 1 - sumOf(points, (point) => residual(point) ** 2) / sumOf(points, ({ y }) => y * y);
  return {
    source: name,
    coefficient: roundMeasured(coefficient),
    standardError: roundMeasured(standardError),
    exponent: 0.5,
    count,
    r2: roundMeasured(r2),
    bucketMs,
    volatilityBps: roundMeasured(sigma * 10_000),
    volumeNotional: roundMeasured(volumeNotional),
    largestNotional: roundMeasured(buckets.reduce((largest, { net }) => Math.max(largest, Math.abs(net)), 0)),
  };
}

interface Bucket {
  /** Quote currency: bought less sold by takers. */
  readonly net: number;
  /** Quote currency. */
  readonly traded: number;
  /** Of mid from start to end, relative to the start. */
  readonly move: number;
}

/** Whole buckets, aligned to the clock, at whose edges quotes stood; without them nobody knows the move. */
function makeBuckets(
  { timeMs, price, quantity, side }: TradeStream,
  quotes: PrevailingQuotes,
  bucketMs: number,
): Bucket[] {
  const buckets: Bucket[] = [];
  // The first and the last trade lie in buckets that the recording may have cut.
  const last = Math.floor(timeMs[timeMs.length - 1] / bucketMs);
  let row = 0;
  for (let bucket = Math.floor(timeMs[0] / bucketMs) + 1; bucket < last; bucket++) {
    const [startMs, endMs] = [bucket * bucketMs, (bucket + 1) * bucketMs];
    while (timeMs[row] < startMs) row += 1;
    let [net, traded] = [0, 0];
    for (; timeMs[row] < endMs; row++) {
      const notional = price[row] * quantity[row];
      traded += notional;
      net += side[row] * notional;
    }
    const [open, close] = [quotes.before(startMs), quotes.before(endMs)];
    if (open !== null && close !== null) buckets.push({ net, traded, move: close.mid / open.mid - 1 });
    // Recordings may lie days apart; nothing is known of the buckets between them.
    else if (traded === 0) bucket = Math.max(bucket, Math.floor(timeMs[row] / bucketMs) - 2);
  }
  return buckets;
}

const sumOf = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
