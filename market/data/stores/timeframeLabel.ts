/** Timeframes as people write them: `1m`, `4h`, `1d`, and `250ms` for what is no whole second. */

import { InputError } from '../../../core/errors.ts';
import { DAY_MS, durationMs, HOUR_MS, MINUTE_MS, SECOND_MS, type DurationMs } from '../../../core/units.ts';

/** Longest first. */
const UNITS = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['m', MINUTE_MS],
  ['s', SECOND_MS],
  ['ms', 1],
] as const;

export function labelTimeframe(timeframeMs: DurationMs): string {
  const [unit, ms] = UNITS.find(([, length]) => timeframeMs % length === 0) ?? UNITS[UNITS.length - 1];
  return `${timeframeMs / ms}${unit}`;
}

/** Null where the text is no such label. */
export function parseTimeframe(text: string): DurationMs | null {
  const [, count, unit] = /^([1-9]\d{0,11})(ms|s|m|h|d)$/.exec(text) ?? [];
  const found = UNITS.find(([name]) => name === unit);
  return found === undefined ? null : durationMs(Number(count) * found[1]);
}

/** @throws InputError naming the option or field it was read from */
export function timeframeOf(text: string, where: string): DurationMs {
  const timeframe = parseTimeframe(text);
  if (timeframe !== null) return timeframe;
  throw new InputError({ what: 'not a timeframe', where, rule: 'such as 1m, 4h or 1d', value: text });
}
