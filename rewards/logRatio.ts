/** The logarithm of a ratio near one, which is what a bar's growth nearly always is. */

/** Beyond this the series below would lose digits. */
const NEAR = 0.02;

/**
 * log(a / b) to within two units in the last place, for positive a and b.
 *
 * With s = (a - b) / (a + b), log(a / b) = 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + ...); up to s = 0.02, a move of 4 %,
 * five terms leave an error below 1e-17. Several times faster than Math.log, which V8 does not compile inline.
 */
export function logRatio(a: number, b: number): number {
  const s = (a - b) / (a + b);
  if (s > NEAR || s < -NEAR) return Math.log(a / b);
  const square = s * s;
  return 2 * s * (1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square / 9))));
}
