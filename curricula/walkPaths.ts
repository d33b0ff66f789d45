/** The plain walk of a judge: every env its own path, whole. */

import { InputError } from '../core/errors.ts';
import type { EpisodeSource } from '../market/episodes.ts';
import type { CostMode } from '../market/execution/executionModel.ts';
import type { Path } from '../market/worlds.ts';

/**
 * Gives env `i` the whole of path `i`, from the first row that may be observed to the last.
 *
 * An env that reaches the end before its neighbors is given the same path again; the judge stops listening to it.
 *
 * @throws InputError when a path is too short to earn a single return
 */
export function walkPaths(paths: readonly Path[], warmupBars: number, costMode: CostMode): EpisodeSource {
  const episodes = paths.map((path) => {
    const episode = { startRow: path.from + warmupBars, endRow: path.to - 1, costMode };
    if (episode.startRow < episode.endRow) return episode;
    throw new InputError({
      what: 'path is too short to walk',
      where: `path '${path.name}'`,
      rule: `more than ${warmupBars + 1} bars (warm-up ${warmupBars})`,
      value: path.to - path.from,
    });
  });
  return {
    next(env) {
      if (env < episodes.length) return episodes[env];
      throw new InputError({
        what: 'no path left to walk',
        where: `env ${env}`,
        rule: `${episodes.length} paths, one an env`,
      });
    },
  };
}
