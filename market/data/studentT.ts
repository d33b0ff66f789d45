/** Fat-tailed shocks. */

import type { Rng } from '../../core/rng.ts';

/** Beyond this many deviations a shock is cut off, on both sides alike, so that its mean stays zero. */
const LIMIT = 12;

/** A Student t draw scaled to unit variance, by Bailey's polar method (Mathematics of Computation 62, 1994). */
export function drawStudentT(rng: Rng, degrees: number): number {
  const u = 1 - rng.next();
  const t = Math.sqrt(degrees * (u ** (-2 / degrees) - 1)) * Math.cos(2 * Math.PI * rng.next());
  const shock = t * Math.sqrt((degrees - 2) / degrees);
  return shock > LIMIT ? LIMIT : shock < -LIMIT ? -LIMIT : shock;
}
