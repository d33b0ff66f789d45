/**
 * Combinatorial purged cross-validation: every choice of test groups, so that many whole test paths come of one history.
 * Lopez de Prado, Advances in Financial Machine Learning (2018), chapter 12.
 */

import { z } from 'zod';
import { InputError } from '../core/errors.ts';
import { nonNegativeInt } from '../core/schema.ts';
import type { RowRange } from '../market/data/rowRange.ts';

/** More folds than anyone trains on: a slip in the config, not a plan. */
const MAX_FOLDS = 5_000;

export const combinatorialConfig = z.strictObject({
  groups: z.int().min(2).max(50).default(6).describe('stretches of equal length that the bars are cut into'),
  testGroups: z.int().min(1).default(2).describe('stretches that each fold is judged on'),
  purgeBars: nonNegativeInt
    .default(0)
    .describe('bars of training left out before a test stretch: their labels reach into it'),
  embargoBars: nonNegativeInt
    .default(0)
    .describe('bars of training left out after a test stretch: their features reach into it'),
});

export type CombinatorialConfig = z.output<typeof combinatorialConfig>;

export interface CombinatorialFold {
  /** Groups that are judged on, ascending. */
  readonly testGroups: readonly number[];
  /** Stretches to learn from, in time order; neighbors without a test stretch between them are one. */
  readonly train: readonly RowRange[];
  /** One for each test group, in time order. */
  readonly test: readonly RowRange[];
}

/** A whole history of tests: for each group the fold that judges it. */
export interface TestPath {
  /** (groups) index of the fold whose test of this group belongs to the path. */
  readonly foldOfGroup: readonly number[];
}

export interface CombinatorialFolds {
  /** (groups) the stretches, in time order, without gap or overlap. */
  readonly groups: readonly RowRange[];
  readonly folds: readonly CombinatorialFold[];
  /** Every test of every fold is in exactly one of them. */
  readonly paths: readonly TestPath[];
}

/**
 * All `C(groups, testGroups)` folds over bars `[0, bars)`, and the `C(groups - 1, testGroups - 1)` test paths they make.
 *
 * @throws InputError when a group would be empty, nothing is left to train on, or there are thousands of folds
 */
export function combinatorialFolds(bars: number, config: CombinatorialConfig): CombinatorialFolds {
  const { groups: numGroups, testGroups, purgeBars, embargoBars } = config;
  if (testGroups >= numGroups || bars < numGroups) {
    throw new InputError({
      what: testGroups >= numGroups ? 'nothing would be left to train on' : 'fewer bars than groups',
      where: 'combinatorial folds',
      rule: 'testGroups < groups <= bars',
      value: { bars, groups: numGroups, testGroups },
    });
  }
  const count = binomial(numGroups, testGroups);
  if (count > MAX_FOLDS) {
    throw new InputError({
      what: `${count} folds`,
      where: 'combinatorial folds',
      rule: `at most ${MAX_FOLDS}`,
      hint: 'fewer groups',
    });
  }
  const edges = Array.from({ length: numGroups + 1 }, (_, group) => Math.floor((group * bars) / numGroups));
  const groups = edges.slice(1).map((to, group) => ({ from: edges[group], to }));
  const folds = chooseGroups(numGroups, testGroups).map((chosen) => {
    const test = chosen.map((group) => groups[group]);
    const train = trainAround(test, bars, { purgeBars, embargoBars });
    if (train.length > 0) return { testGroups: chosen, train, test };
    throw new InputError({
      what: 'purge and embargo leave nothing to train on',
      where: `combinatorial folds, test groups ${chosen.join(', ')}`,
      rule: 'a training bar that is farther from every test stretch',
      value: { purgeBars, embargoBars, barsPerGroup: Math.floor(bars / numGroups) },
    });
  });
  return { groups, folds, paths: findPaths(folds, numGroups) };
}

/** What lies between the test stretches, less purge before and embargo after each. */
function trainAround(
  test: readonly RowRange[],
  bars: number,
  { purgeBars, embargoBars }: Pick<CombinatorialConfig, 'purgeBars' | 'embargoBars'>,
): RowRange[] {
  const starts = [0, ...test.map(({ to }) => to + embargoBars)];
  const ends = [...test.map(({ from }) => from - purgeBars), bars];
  return starts.map((from, i) => ({ from, to: ends[i] })).filter(({ from, to }) => to > from);
}

/** The nth path takes of each group the nth fold that judges it. */
function findPaths(folds: readonly CombinatorialFold[], numGroups: number): TestPath[] {
  const judges = Array.from({ length: numGroups }, (_, group) =>
    [...folds.keys()].filter((fold) => folds[fold].testGroups.includes(group)),
  );
  return judges[0].map((_, path) => ({ foldOfGroup: judges.map((ofGroup) => ofGroup[path]) }));
}

/** Every ascending choice of `size` out of `[0, count)`, in lexical order. */
function chooseGroups(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const choices: number[][] = [];
  for (let first = from; first <= count - size; first++) {
    for (const rest of chooseGroups(count, size - 1, first + 1)) choices.push([first, ...rest]);
  }
  return choices;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return Math.round(value);
}
