/** Figures of several lives of one trader as those of one life, so that they stand beside those of an agent. */

import type { Performance, PerRegime } from './evaluation.ts';

/** The mean over lives of every figure; null where it is undefined in any life. */
export const meanPerformance = (lives: readonly Performance[]): Performance => ({
  ...meanFigures(lives.map(({ costs: _costs, ...figures }) => figures)),
  costs: meanFigures(lives.map(({ costs }) => costs)),
});

/** The same regime by regime; every life saw the same bars, so the same regimes. */
export function meanPerRegime(lives: readonly PerRegime[]): PerRegime {
  const regimes = Object.keys(lives[0]) as (keyof PerRegime)[];
  return Object.fromEntries(
    regimes.map((regime) => [regime, meanFigures(lives.flatMap((life) => life[regime] ?? []))]),
  );
}

function meanFigures<T extends object>(lives: readonly T[]): T {
  const names = Object.keys(lives[0]) as (keyof T)[];
  const means = names.map((name) => {
    const values = lives.map((life) => life[name]).filter((value) => typeof value === 'number');
    const total = values.reduce((sum, value) => sum + value, 0);
    return [name, values.length < lives.length ? null : total / values.length];
  });
  return Object.fromEntries(means) as T;
}
