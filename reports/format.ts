/** Numbers and names as a person reads them. An undefined number is an em dash. */

export const UNDEFINED_MARK = '—';

type Maybe = number | null;

/** `0.1234` as `12.3%`. */
export const percent = (value: Maybe, digits = 1): string => render(value, (v) => `${fixed(v * 100, digits)}%`);

/** `0.1234` as `+12.3%`. */
export const signedPercent = (value: Maybe, digits = 1): string =>
  render(value, (v) => withSign(`${fixed(v * 100, digits)}%`));

/** Basis points: `1.234` as `+1.23 bps`. */
export const signedBps = (value: Maybe, digits = 2): string =>
  render(value, (v) => withSign(`${fixed(v, digits)} bps`));

export const decimal = (value: Maybe, digits = 2): string => render(value, (v) => grouped(fixed(v, digits)));

/** A multiple of equity: `12.34` as `12.3x`. */
export const multiple = (value: Maybe, digits = 1): string => render(value, (v) => `${grouped(fixed(v, digits))}x`);

export const integer = (value: Maybe): string => render(value, (v) => grouped(fixed(v, 0)));

/** Four significant digits for a number of unknown size, thousands grouped: a loss, a price, a gate's limit. */
export const significant = (value: Maybe, digits = 4): string =>
  render(value, (v) => {
    const size = Math.abs(v);
    if (size !== 0 && (size < 1e-4 || size >= 1e9)) return v.toExponential(digits - 1);
    const decimals = size === 0 ? 0 : digits - 1 - Math.floor(Math.log10(size));
    const text = fixed(v, Math.max(0, Math.min(12, decimals)));
    return grouped(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  });

/** A notional: `2500000` as `2.5M`. */
export const compact = (value: number): string =>
  value >= 1e6
    ? `${significant(value / 1e6, 3)}M`
    : value >= 1e3
      ? `${significant(value / 1e3, 3)}k`
      : significant(value, 3);

/** `75.2` as `1 min 15 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${fixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** `2021-03-04 05:06` in UTC. */
export const utcMinute = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');

/** A bar's length: `1 h`, `15 min`. */
export function timeframe(timeframeMs: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ] as const;
  const [unit, size] = units.find(([, ms]) => timeframeMs >= ms && timeframeMs % ms === 0) ?? ['ms', 1];
  return `${timeframeMs / size} ${unit}`;
}

/** `buyAndHold` as `Buy and hold`. */
export function title(name: string): string {
  const words = name.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A true minus sign is as wide as a digit; a hyphen is not. */
function render(value: Maybe, show: (value: number) => string): string {
  return value === null || !Number.isFinite(value) ? UNDEFINED_MARK : show(value).replace(/^-/, '\u2212');
}

/** Fixed decimals, without the sign of a zero that was rounded to. */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return /^-0(\.0+)?$/.test(text) ? text.slice(1) : text;
}

const withSign = (text: string): string =>
  text.startsWith('-') || /^0(\.0+)?(?![.\d])/.test(text) ? text : `+${text}`;

function grouped(text: string): string {
  const [whole, ...decimals] = text.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...decimals].join('.');
}
