/** Nominal types for quantities that must not be mixed: a number of basis points is not a number of milliseconds. */

declare const unit: unique symbol;
type Nominal<Base, Unit extends string> = Base & { readonly [unit]: Unit };

/** UTC epoch milliseconds. */
export type TimeMs = Nominal<number, 'TimeMs'>;
/** A span of time in milliseconds. */
export type DurationMs = Nominal<number, 'DurationMs'>;

export const timeMs = (value: number): TimeMs => value as TimeMs;
export const durationMs = (value: number): DurationMs => value as DurationMs;

/** One basis point as a fraction. */
export const BPS = 1e-4;
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** Mean Gregorian year. */
export const YEAR_MS = 365.2425 * DAY_MS;
