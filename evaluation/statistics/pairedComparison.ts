/** Is an agent better than a benchmark that lived through the same bars? */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { BPS } from '../../core/units.ts';
import type { PairedComparison } from '../evaluation.ts';
import type { PathGrowth } from '../returns.ts';
import { ROUNDING } from '../rounding.ts';
import type { BootstrapConfig } from './bootstrapConfig.ts';
import { meanInterval } from './meanInterval.ts';

export interface PairedOptions {
  readonly benchmark: string;
  readonly config: BootstrapConfig;
  readonly rng: Rng;
}

/**
 * Compares per-bar log growth, bar against bar of the same path: what moved both cancels out.
 *
 * Null hypothesis: the mean difference is not positive; see {@link meanInterval} for what it is the mean of, which depends
 * on the number of paths. Log growth, so that an excess of zero means equal final wealth. Where no bar differs by more than
 * rounding there is nothing to compare: the mean and its interval are 0.
 *
 * @param lives one or more lives of the benchmark, of which the mean growth is compared (a random trader has many)
 * @throws InputError when they are not of the same bars
 */
export function comparePaired(
  agent: readonly PathGrowth[],
  lives: readonly (readonly PathGrowth[])[],
  { benchmark, config, rng }: PairedOptions,
): PairedComparison {
  const differences = agent.map((own, path) => {
    const excess = own.growth.slice();
    for (const life of lives) {
      checkSameBars(own, life[path]);
      const theirs = life[path].growth;
      for (let bar = 0; bar < excess.length; bar++) excess[bar] -= theirs[bar] / lives.length;
    }
    return excess;
  });
  const countBars = (counts: (excess: number) => boolean) =>
    differences.reduce((total, excess) => total + excess.filter(counts).length, 0);
  const differingBars = countBars((excess) => Math.abs(excess) > ROUNDING);
  const compared = differingBars > 0 ? differences : differences.map(({ length }) => new Float64Array(length));
  const { mean, lower, upper, probabilityNotPositive, unit, blockBars, units } = meanInterval(compared, config, rng);
  return {
    benchmark,
    bars: countBars(() => true),
    differingBars,
    meanExcessBps: mean / BPS,
    lowerBps: lower / BPS,
    upperBps: upper / BPS,
    confidence: config.confidence,
    probabilityNotBetter: probabilityNotPositive,
    resampling: { unit, blockBars, units, stream: rng.path },
  };
}

function checkSameBars(own: PathGrowth, theirs: PathGrowth | undefined): void {
  const same =
    theirs?.path === own.path && theirs.growth.length === own.growth.length && theirs.firstTimeMs === own.firstTimeMs;
  if (same) return;
  throw new InputError({
    what: 'cannot compare ledgers of different bars',
    where: `path '${own.path}'`,
    rule: `${own.growth.length} bars of the same path`,
    value: theirs === undefined ? 'no ledger' : `${theirs.growth.length} bars of path '${theirs.path}'`,
  });
}
