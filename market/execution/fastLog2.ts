/** Base-2 logarithm for the fill loop: a table over the mantissa, a few times faster than Math.log2. */

const scratch = new Float32Array(1);
const scratchBits = new Int32Array(scratch.buffer);
const CELLS = 256;
const mantissaLog2 = Float64Array.from({ length: CELLS + 1 }, (_, i) => Math.log2(1 + i / CELLS));

/**
 * Log2 of a positive normal number, absolute error below 3e-6; never falls as `value` rises.
 *
 * The value is rounded to Float32, whose bits hold the exponent (8) and the mantissa (23): the top 8 bits of the
 * mantissa choose a cell, the other 15 interpolate within it.
 */
export function fastLog2(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0];
  const mantissa = bits & 0x7fffff;
  const cell = mantissa >> 15;
  const below = mantissaLog2[cell];
  return (bits >> 23) - 127 + below + (mantissaLog2[cell + 1] - below) * ((mantissa & 0x7fff) / 0x8000);
}
