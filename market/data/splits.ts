/** Train, validation and test by time, with bars left out between them. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import { nonNegativeInt } from '../../core/schema.ts';
import { isoTime, isoTimeMs } from './isoTime.ts';
import type { RowRange } from './rowRange.ts';

const span = z.strictObject({
  from: isoTime.describe('first open time, UTC'),
  to: isoTime.describe('open time of the first bar after the part, UTC'),
});

export const splitConfig = z.strictObject({
  train: span.describe('bars to learn from; normalizers and rules are fitted here only'),
  validation: span.describe('bars to choose by'),
  test: span.describe('bars to judge on'),
  purgeBars: nonNegativeInt
    .default(0)
    .describe(
      'bars left out between neighboring parts, for returns that reach forward; taken from the end of the earlier',
    ),
  embargoBars: nonNegativeInt
    .default(0)
    .describe(
      'bars left out beside them, for features that look back; from the same end: a part begins where it is told to',
    ),
});

export type SplitConfig = z.infer<typeof splitConfig>;

export const SPLIT_PARTS = ['train', 'validation', 'test'] as const;
export type SplitPart = (typeof SPLIT_PARTS)[number];

/** Rows of a part, which begins where the config says. */
export interface PartRows extends RowRange {
  /** End of the rows that the config names; `to` is what purge and embargo leave of them. */
  readonly askedTo: number;
}

export type Split = Readonly<Record<SplitPart, PartRows>>;

/**
 * Rows of each part: disjoint, in the order train, validation, test.
 *
 * Between two parts lie at least `purgeBars + embargoBars` bars, taken from the end of the earlier; parts already that far apart
 * lose none.
 *
 * @param openTimeMs (rows), strictly increasing
 * @throws InputError when a part is empty, ends before it begins, or overlaps the one before it
 */
export function splitByTime(openTimeMs: Float64Array, config: SplitConfig): Split {
  const length = openTimeMs.length;
  const span = length === 0 ? null : { firstMs: openTimeMs[0], lastMs: openTimeMs[length - 1] };
  return splitRows({ span, rowAt: (timeMs) => firstRowAt(openTimeMs, timeMs) }, config);
}

/** Rows by their times, wherever the bars are kept. */
export interface TimedRows {
  /** Open times of the first and the last bar; null where there are none. */
  readonly span: { readonly firstMs: number; readonly lastMs: number } | null;
  /** Row of the first bar that opens at or after a time that the config names. */
  readonly rowAt: (timeMs: number) => number;
}

/** The times that {@link splitRows} asks for. */
export const splitTimes = (config: SplitConfig): number[] =>
  SPLIT_PARTS.flatMap((part) => [isoTimeMs(config[part].from), isoTimeMs(config[part].to)]);

/** {@link splitByTime} of bars that need not be in memory. @throws InputError as it does */
export function splitRows(rows: TimedRows, config: SplitConfig): Split {
  const raw = SPLIT_PARTS.map((part) => checkedSpan(rows, part, config));
  SPLIT_PARTS.slice(1).forEach((part, i) => refuseOverlap(SPLIT_PARTS[i], part, config));
  const [train, validation, test] = raw.map(({ from, to }, i) => {
    const part = SPLIT_PARTS[i];
    const end = i === raw.length - 1 ? to : Math.min(to, raw[i + 1].from - config.purgeBars - config.embargoBars);
    if (end > from) return { from, to: end, askedTo: to };
    throw new InputError({
      what: 'empty split',
      where: `split.${part}`,
      rule: 'a part keeps at least one bar after purge and embargo',
      value: `${to - from} bars before, purgeBars ${config.purgeBars}, embargoBars ${config.embargoBars}`,
    });
  });
  return { train, validation, test };
}

function checkedSpan({ span, rowAt }: TimedRows, part: SplitPart, config: SplitConfig): RowRange {
  const { from, to } = config[part];
  const where = `split.${part}`;
  if (isoTimeMs(to) <= isoTimeMs(from)) {
    throw new InputError({ what: 'empty split', where, rule: 'from is before to', value: `${from} .. ${to}` });
  }
  const range = { from: rowAt(isoTimeMs(from)), to: rowAt(isoTimeMs(to)) };
  if (range.to > range.from) return range;
  const held = span === null ? 'the data is empty' : `the data spans ${toIso(span.firstMs)} .. ${toIso(span.lastMs)}`;
  throw new InputError({ what: 'empty split: no bar in it', where, value: `${from} .. ${to}`, hint: held });
}

function refuseOverlap(earlier: SplitPart, later: SplitPart, config: SplitConfig): void {
  if (isoTimeMs(config[earlier].to) <= isoTimeMs(config[later].from)) return;
  throw new InputError({
    what: 'overlapping splits',
    where: `split.${later}.from`,
    rule: `not before split.${earlier}.to, which is ${config[earlier].to}`,
    value: config[later].from,
  });
}

const toIso = (timeMs: number): string => new Date(timeMs).toISOString();

/** Index of the first bar that opens at or after a time. */
function firstRowAt(openTimeMs: Float64Array, timeMs: number): number {
  let low = 0;
  let high = openTimeMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (openTimeMs[middle] < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
