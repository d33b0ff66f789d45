/** A plan of measurement: every instrument with its recordings, so that one command a night renews a whole table. */

import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { positive } from '../../../core/schema.ts';
import { parseConfig, type ConfigSource } from '../../../core/config.ts';
import type { MeasureOptions } from './runCalibration.ts';
import type { OrderRecording } from './recordedOrders.ts';

const files = z.array(z.string().min(1)).default([]);

const planSchema = z.strictObject({
  instruments: z
    .record(
      z.string().min(1),
      z.strictObject({
        assetClass: z.string().min(1).optional().describe('fx, crypto, equity; needed of a new instrument'),
        venue: z.string().min(1).optional().describe('where it was recorded; needed of a new instrument'),
        quotes: files.describe('ticks or bars of bid and ask'),
        books: files.describe('order books or a raw depth feed'),
        trades: files.describe('public trades'),
        fills: files.describe('own fills, or journals of live runs'),
        crossed: z.enum(['refuse', 'drop']).default('refuse').describe('what to do with quotes whose ask is below bid'),
        halfLifeDays: positive.nullable().default(null).describe('weigh old quotes down by half for each so many days'),
        tradesClockMs: z.number().default(0).describe('added to the times of trades'),
        bucketSeconds: positive.default(1).describe('that market impact is measured over'),
      }),
    )
    .refine((instruments) => Object.keys(instruments).length > 0, 'names one instrument at least'),
});

/**
 * What a plan asks to measure. Files are found from the folder of the plan.
 *
 * @param readFills own fills or a live journal
 * @throws InputError for an unknown key, a wrong value, recordings of fills that are not sound
 */
export function readCalibrationPlan(
  source: ConfigSource,
  readFills: (path: string) => OrderRecording,
): MeasureOptions[] {
  const { instruments } = parseConfig(planSchema, source);
  const within = (paths: readonly string[]) => paths.map((path) => resolve(dirname(source.name), path));
  return Object.entries(instruments).map(([pair, part]) => ({
    pair,
    ...(part.assetClass !== undefined && { assetClass: part.assetClass }),
    ...(part.venue !== undefined && { venue: part.venue }),
    quotes: within(part.quotes),
    books: within(part.books),
    trades: within(part.trades),
    orders: within(part.fills).map(readFills),
    policy: { crossed: part.crossed },
    halfLifeDays: part.halfLifeDays,
    tradesClockMs: part.tradesClockMs,
    bucketMs: part.bucketSeconds * 1000,
  }));
}
