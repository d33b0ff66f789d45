/** Probability of backtest overfitting: Bailey, Borwein, Lopez de Prado and Zhu, 2017. https://ssrn.com/abstract=2326253 */

import { InputError } from '../../core/errors.ts';

export interface Overfitting {
  /** Share of splits in which the best in sample was no better than the median out of sample; about 1/2 without skill. */
  readonly probability: number;
  /** (splits) logit of the winner's relative rank out of sample; negative below the median. */
  readonly logits: Float64Array;
}

/**
 * Combinatorially symmetric cross-validation of a choice among trials by Sharpe ratio.
 *
 * The bars are cut into `blocks` of equal length (the remainder at the end is left out); every half of them is in sample once.
 * Null hypothesis that a probability near 1/2 cannot refute: choosing the best in sample is choosing at random.
 *
 * @param returns one series a trial, over the same bars
 * @param blocks even; 10 make 252 splits, 16 make 12,870
 * @throws InputError for fewer than two trials, uneven series, or too few bars for the blocks
 */
export function probabilityOfOverfitting(returns: readonly Float64Array[], blocks = 10): Overfitting {
  const bars = returns[0]?.length ?? 0;
  const size = Math.floor(bars / blocks);
  const demand = (holds: boolean, rule: string, value: unknown) => {
    if (!holds) throw new InputError({ what: 'cannot cross-validate', where: 'trials', rule, value });
  };
  demand(returns.length >= 2, 'at least 2 trials', returns.length);
  demand(Number.isInteger(blocks) && blocks >= 2 && blocks % 2 === 0, 'an even number of blocks', blocks);
  demand(size >= 2, `at least 2 bars in each of ${blocks} blocks`, bars);
  demand(
    returns.every((series) => series.length === bars),
    `${bars} bars in every trial`,
    returns.map((series) => series.length),
  );

  const moments = returns.map((series) => blockMoments(series, blocks, size));
  const logits: number[] = [];
  for (const inSample of halves(blocks)) {
    const inside = moments.map((moment) => sharpeOver(moment, (block) => inSample.has(block)));
    const outside = moments.map((moment) => sharpeOver(moment, (block) => !inSample.has(block)));
    const winner = inside.indexOf(Math.max(...inside));
    // Ties share their ranks, or identical trials would look like a skill of choosing.
    const below = outside.filter((value) => value < outside[winner]).length;
    const ties = outside.filter((value) => value === outside[winner]).length;
    const rank = (below + (ties + 1) / 2) / (returns.length + 1);
    logits.push(Math.log(rank / (1 - rank)));
  }
  return {
    probability: logits.filter((logit) => logit <= 0).length / logits.length,
    logits: Float64Array.from(logits),
  };
}

interface BlockMoments {
  /** (blocks) */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  /** Bars in a block. */
  readonly size: number;
}

function blockMoments(series: Float64Array, blocks: number, size: number): BlockMoments {
  const sums = new Float64Array(blocks);
  const squares = new Float64Array(blocks);
  for (let bar = 0; bar < blocks * size; bar++) {
    const block = Math.floor(bar / size);
    sums[block] += series[bar];
    squares[block] += series[bar] ** 2;
  }
  return { sums, squares, size };
}

/** A trial without variance ranks by the sign of its mean alone, at 0 when it never traded. */
function sharpeOver({ sums, squares, size }: BlockMoments, includes: (block: number) => boolean): number {
  let sum = 0;
  let square = 0;
  let count = 0;
  for (let block = 0; block < sums.length; block++) {
    if (!includes(block)) continue;
    sum += sums[block];
    square += squares[block];
    count += size;
  }
  const center = sum / count;
  const spread = square / count - center ** 2;
  return spread > 1e-12 * center ** 2 ? center / Math.sqrt(spread) : Math.sign(center);
}

/** Every choice of half of `blocks` blocks. */
function* halves(blocks: number): Generator<ReadonlySet<number>> {
  const chosen: number[] = [];
  function* extend(next: number): Generator<ReadonlySet<number>> {
    if (chosen.length === blocks / 2) {
      yield new Set(chosen);
      return;
    }
    for (let block = next; block <= blocks / 2 + chosen.length; block++) {
      chosen.push(block);
      yield* extend(block + 1);
      chosen.pop();
    }
  }
  yield* extend(0);
}
