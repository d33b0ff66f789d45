/** How good predicted probabilities of up are, against knowing only how often it goes up. */

import { InputError } from '../../core/errors.ts';

export interface DirectionSkill {
  /** Share of labels on the predicted side of one half. */
  readonly accuracy: number;
  /** Mean of -log probability of what happened, nats. */
  readonly logLoss: number;
  /** 1 - logLoss / log loss of the constant base rate: 0 knows nothing, below 0 is worse; null where only one label occurs. */
  readonly skill: number | null;
}

/** @param probabilities of up, (rows) @param labels 1 up, 0 not up, (rows) */
export function measureDirectionSkill(probabilities: ArrayLike<number>, labels: ArrayLike<number>): DirectionSkill {
  const count = labels.length;
  if (count === 0 || probabilities.length !== count) {
    throw new InputError({
      what: 'nothing to judge',
      where: 'direction skill',
      rule: 'one probability a label, at least one',
    });
  }
  let [hits, loss, ups] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const isUp = labels[i] === 1;
    // A probability of exactly 0 or 1 would make one surprise cost everything.
    const p = Math.min(1 - 1e-7, Math.max(1e-7, probabilities[i]));
    hits += Number(p > 0.5 === isUp);
    loss -= Math.log(isUp ? p : 1 - p);
    ups += Number(isUp);
  }
  const rate = ups / count;
  const baseLoss = -(rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate));
  const logLoss = loss / count;
  return { accuracy: hits / count, logLoss, skill: ups === 0 || ups === count ? null : 1 - logLoss / baseLoss };
}
