/** What recorded own orders tell of an instrument: latency and fill ratio. */

import { InputError } from '../../../core/errors.ts';
import { SECOND_MS } from '../../../core/units.ts';
import { NUM_QUANTILES, type Distribution } from '../distribution.ts';
import type { FillRatio } from '../orderMeasures.ts';
import type { InstrumentEntry } from '../table.ts';
import type { OrderRecording, RecordedOrder } from './recordedOrders.ts';
import { roundMeasured, WeightedSamples } from './weightedSamples.ts';

/** Fewer orders than this say nothing about a tail. */
const MIN_ORDERS = 30;

export type OrderMeasures = Pick<InstrumentEntry, 'latencyMs' | 'fillRatio'>;

/**
 * Latency from decision to the last fill of an order, and the share of each order that filled, every order one sample.
 *
 * @throws InputError for fewer than {@link MIN_ORDERS} orders, or none that filled
 */
export function measureOrders(recordings: readonly OrderRecording[]): OrderMeasures {
  const orders = recordings.flatMap((recording) => recording.orders);
  const source = recordings.map((recording) => recording.source.name).join(' + ');
  const filled = orders.filter(({ filledAtMs }) => filledAtMs !== null);
  if (filled.length < MIN_ORDERS) {
    throw new InputError({
      what: 'too few orders that filled',
      where: source,
      rule: `at least ${MIN_ORDERS}: fewer say nothing about a tail`,
      value: filled.length,
    });
  }
  return { latencyMs: { source, ...measureLatency(filled) }, fillRatio: { source, ...measureFillRatio(orders) } };
}

function measureLatency(filled: readonly RecordedOrder[]): Distribution {
  const samples = new WeightedSamples();
  for (const { decidedAtMs, filledAtMs } of filled) samples.push((filledAtMs ?? decidedAtMs) - decidedAtMs, 1);
  return { ...summarize(samples), seconds: spanSeconds(filled), level: 'pair' };
}

function measureFillRatio(orders: readonly RecordedOrder[]): Omit<FillRatio, 'source'> {
  const unfilled = new WeightedSamples();
  for (const { quantity, filledQuantity } of orders) unfilled.push(1 - filledQuantity / quantity, 1);
  const { count, mean, quantiles } = summarize(unfilled);
  const shares = quantiles.map((share) => roundMeasured(1 - share));
  return {
    count,
    mean: roundMeasured(1 - mean),
    p50: shares[50],
    p90: shares[90],
    p99: shares[NUM_QUANTILES - 2],
    quantiles: shares,
  };
}

function summarize(samples: WeightedSamples) {
  const measured = samples.summarize();
  if (measured === null) throw new RangeError('orders were counted before they were sampled');
  return measured;
}

/** Time that decisions are spread over. */
function spanSeconds(orders: readonly RecordedOrder[]): number {
  let [first, last] = [Infinity, -Infinity];
  for (const { decidedAtMs } of orders) [first, last] = [Math.min(first, decidedAtMs), Math.max(last, decidedAtMs)];
  return Math.round((last - first) / SECOND_MS);
}
