/** Bytes of a CSV cell as numbers, without making a string of each: the hot path of an import. */

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const MINUS = 45;
const PLUS = 43;
/** Integers up to here and powers of ten up to 1e22 are exact, so one division rounds as `Number(text)` does. */
const EXACT_INTEGER = 2 ** 53;
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The number in `bytes[from, to)`, equal in every bit to `Number(text)`; NaN where it is none.
 *
 * An empty cell is NaN (`Number('')` would be 0), and so are hexadecimal and infinite numbers.
 */
export function parseNumber(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  let mantissa = 0;
  let decimals = -1;
  let digits = 0;
  for (; at < to; at++) {
    const byte = bytes[at];
    if (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      digits++;
      if (decimals >= 0) decimals++;
    } else if (byte === DOT && decimals < 0) {
      decimals = 0;
    } else {
      return parseText(cellText(bytes, from, to));
    }
  }
  if (digits === 0) return NaN;
  if (mantissa > EXACT_INTEGER || decimals > 22) return parseText(cellText(bytes, from, to));
  const value = decimals > 0 ? mantissa / POWERS_OF_TEN[decimals] : mantissa;
  return sign === MINUS ? -value : value;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Like {@link parseNumber}, of a string. */
export function parseText(text: string): number {
  const trimmed = text.trim();
  const value = NUMBER.test(trimmed) ? Number(trimmed) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

export const cellText = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');

/**
 * Finds the cells of a row: cell i is `bytes[edges[i], edges[i + 1] - 1)`.
 *
 * @param edges room for one more than the cells expected; cells beyond it are counted, not kept
 * @returns how many cells the row has
 */
export function splitCells(
  bytes: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  delimiter: number,
  edges: Int32Array,
): number {
  let cells = 0;
  edges[0] = from;
  for (let at = from; at < to; at++) {
    if (bytes[at] !== delimiter) continue;
    if (++cells < edges.length) edges[cells] = at + 1;
  }
  if (++cells < edges.length) edges[cells] = to + 1;
  return cells;
}
