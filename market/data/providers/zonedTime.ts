/** Wall clocks of exchanges: what a time reads in a zone, and which time a reading means. */

const HALF_DAY_MS = 43_200_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that a clock in `timeZone` (an IANA name) is ahead of UTC at `timeMs`. */
export function zoneOffsetMs(timeZone: string, timeMs: number): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const numeric = '2-digit';
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
  const { year, month, day, hour, minute, second } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(timeMs / 1000) * 1000;
}

/**
 * The UTC time at which clocks in `timeZone` read what `wallMs` reads in UTC.
 *
 * An hour that the clocks repeat is taken the first time; one that they leave out is read as if they had not changed.
 */
export function fromZonedMs(timeZone: string, wallMs: number): number {
  const candidates = [wallMs - HALF_DAY_MS, wallMs + HALF_DAY_MS].map((near) => wallMs - zoneOffsetMs(timeZone, near));
  const [first = candidates[0]] = candidates
    .filter((timeMs) => timeMs + zoneOffsetMs(timeZone, timeMs) === wallMs)
    .sort((a, b) => a - b);
  return first;
}
