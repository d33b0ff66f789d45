/** Wall clocks of exchanges: what a time reads in a zone, and which time a reading means. */

const HALF_DAY_MS = 43_200_000;
/** Clocks change only on quarters of an hour, so one answer of the slow `Intl` serves a whole quarter. */
const QUARTER_MS = 900_000;
const MAX_REMEMBERED = 100_000;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly offsetMs: Map<number, number>;
}

const zones = new Map<string, Zone>();

/** Milliseconds that a clock in `timeZone` (an IANA name) is ahead of UTC at `timeMs`. */
export function zoneOffsetMs(timeZone: string, timeMs: number): number {
  const zone = zones.get(timeZone) ?? addZone(timeZone);
  const quarter = Math.floor(timeMs / QUARTER_MS);
  const known = zone.offsetMs.get(quarter);
  if (known !== undefined) return known;
  const startMs = quarter * QUARTER_MS;
  const parts = Object.fromEntries(zone.format.formatToParts(startMs).map(({ type, value }) => [type, Number(value)]));
  const { year, month, day, hour, minute, second } = parts;
  const offsetMs = Date.UTC(year, month - 1, day, hour, minute, second) - startMs;
  if (zone.offsetMs.size >= MAX_REMEMBERED) zone.offsetMs.clear();
  zone.offsetMs.set(quarter, offsetMs);
  return offsetMs;
}

function addZone(timeZone: string): Zone {
  const twoDigits = '2-digit';
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: twoDigits,
    day: twoDigits,
    hour: twoDigits,
    minute: twoDigits,
    second: twoDigits,
  });
  const zone = { format, offsetMs: new Map<number, number>() };
  zones.set(timeZone, zone);
  return zone;
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
