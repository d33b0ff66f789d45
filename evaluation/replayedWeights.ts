/** An agent's own weights at other times: its turnover without its timing, where weights are any number of a range. */

import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import type { Ledger } from '../envs/ledger.ts';

/**
 * Writes weights for consecutive bars: those of one of the ledgers, to and fro from a random bar on.
 *
 * Each step from a bar to its neighbor is as likely in either direction, so the expected turnover of a bar, in weight, is the
 * ledgers'; so are the shares of bars, but that the first and last bar of a ledger count half. A change that the
 * agent left untraded, smaller than its deadband, occurs in neither direction.
 *
 * @throws InputError without two bars to walk between
 */
export function replayWeights(ledgers: readonly Ledger[], rng: Rng, out: Float32Array): void {
  const rounds = ledgers.map(({ length }) => 2 * Math.max(0, length - 1));
  const total = rounds.reduce((sum, round) => sum + round, 0);
  if (total === 0) throw new InputError({ what: 'no weights to replay', where: 'ledgers', rule: 'at least two bars' });
  let start = rng.int(total);
  const chosen = rounds.findIndex((round) => {
    if (start < round) return true;
    start -= round;
    return false;
  });
  const { targetWeight } = ledgers[chosen].columns();
  const round = rounds[chosen];
  for (let bar = 0; bar < out.length; bar++) {
    const at = (start + bar) % round;
    out[bar] = targetWeight[Math.min(at, round - at)];
  }
}
