/** Is an agent better than a benchmark that lived through the same bars? */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { BPS } from '../../core/units.ts';
import type { Ledger } from '../../envs/ledger.ts';
import type { PairedComparison } from '../evaluation.ts';
import { logGrowth } from '../returns.ts';
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
 * on the number of paths. Log growth, so that an excess of zero means equal final wealth.
 *
 * @param replicas one or more lives of the benchmark, of which the mean growth is compared (a random trader has many)
 * @throws InputError when ledgers are not of the same bars
 */
export function comparePaired(
  agent: readonly Ledger[],
  replicas: readonly (readonly Ledger[])[],
  { benchmark, config, rng }: PairedOptions,
): PairedComparison {
  const differences = agent.map((own, path) => {
    const excess = logGrowth(own);
    for (const replica of replicas) {
      checkSameBars(own, replica[path]);
      const theirs = logGrowth(replica[path]);
      for (let bar = 0; bar < excess.length; bar++) excess[bar] -= theirs[bar] / replicas.length;
    }
    return excess;
  });
  const interval = meanInterval(differences, config, rng);
  return {
    benchmark,
    meanExcessBps: interval.mean / BPS,
    lowerBps: interval.lower / BPS,
    upperBps: interval.upper / BPS,
    confidence: config.confidence,
    probabilityNotBetter: interval.probabilityNotPositive,
  };
}

function checkSameBars(own: Ledger, theirs: Ledger | undefined): void {
  const same =
    theirs?.path === own.path &&
    theirs.length === own.length &&
    theirs.columns().closeTimeMs[0] === own.columns().closeTimeMs[0];
  if (same) return;
  throw new InputError({
    what: 'cannot compare ledgers of different bars',
    where: `path '${own.path}'`,
    rule: `${own.length} bars of the same path`,
    value: theirs === undefined ? 'no ledger' : `${theirs.length} bars of path '${theirs.path}'`,
  });
}
