/** Answers of providers against the shape that their documentation promises. */

import { z } from 'zod';
import type { Bar } from '../bar.ts';
import { ProviderFailure } from './providerFailure.ts';

/** A number, or one written as text; NaN, which the strict checks refuse, where it is neither. */
export const decimal = z.union([z.number(), z.string().transform((text) => (text.trim() === '' ? NaN : Number(text)))]);

/** @throws ProviderFailure naming the place where the answer differs */
export function parseShape<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue.path.length === 0 ? 'the answer' : issue.path.join('.');
  throw new ProviderFailure('malformed', `unexpected answer: ${path}: ${issue.message}`);
}

/** Columns of equal length, as some providers send them. */
export interface WireColumns {
  readonly time: readonly number[];
  readonly open: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly close: readonly (number | null)[];
  readonly volume: readonly (number | null)[];
}

/**
 * Rows of the columns; those without any price, with which Yahoo marks minutes without a trade, are left out.
 *
 * @throws ProviderFailure for columns of different lengths
 */
export function rowsOf(columns: WireColumns, toOpenTimeMs: (time: number) => number): Bar[] {
  const { time, open, high, low, close, volume } = columns;
  for (const [name, column] of Object.entries({ open, high, low, close, volume })) {
    if (column.length === time.length) continue;
    throw new ProviderFailure('malformed', `${column.length} values of ${name} for ${time.length} times`);
  }
  const rows: Bar[] = [];
  for (const [row, at] of time.entries()) {
    if (open[row] === null && high[row] === null && low[row] === null && close[row] === null) continue;
    rows.push({
      openTimeMs: toOpenTimeMs(at),
      open: open[row] ?? NaN,
      high: high[row] ?? NaN,
      low: low[row] ?? NaN,
      close: close[row] ?? NaN,
      volume: volume[row] ?? 0,
    });
  }
  return rows;
}
