/** A staged curriculum: which paths, at which costs, at which point of the run. */

import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import type { Episode, EpisodeSource } from '../market/episodes.ts';
import type { CostMode } from '../market/execution/executionModel.ts';
import type { Path, Worlds } from '../market/worlds.ts';
import type { StageConfig } from './curriculumConfig.ts';

export interface StageInfo {
  readonly index: number;
  readonly name: string;
  readonly costs: CostMode;
  /** Share of the run at which the stage begins, in [0, 1). */
  readonly from: number;
  readonly paths: number;
}

export interface Curriculum extends EpisodeSource, Resumable {
  readonly stage: StageInfo;
  /** Moves to the stage that this share of the run belongs to; running episodes are finished first. */
  setProgress(fraction: number): StageInfo;
}

export interface CurriculumOptions {
  readonly stages: readonly StageConfig[];
  readonly episodeBars: number;
  readonly worlds: Worlds;
  /** The paths to train on; all of the worlds' when absent. */
  readonly paths?: readonly Path[];
}

interface Stage {
  readonly info: StageInfo;
  readonly starts: readonly PathStarts[];
  readonly numStarts: number;
}

/** Episodes of a path begin in rows `[firstStart, firstStart + numStarts)`. */
interface PathStarts {
  readonly firstStart: number;
  readonly numStarts: number;
  readonly endRow: number;
  /** Start rows of all earlier paths of the stage. */
  readonly offset: number;
}

/**
 * Picks episodes uniformly over all start rows of the paths that the current stage allows.
 *
 * @throws InputError when a stage allows no path, or a path is too short
 */
export function createCurriculum(options: CurriculumOptions): Curriculum {
  const { episodeBars } = options;
  const stages = layOutStages(options);
  let current = stages[0];

  return {
    get stage() {
      return current.info;
    },
    setProgress(fraction) {
      current = stages.findLast((stage) => stage.info.from <= fraction) ?? stages[0];
      return current.info;
    },
    next: (_env, rng) => drawEpisode(current, episodeBars, rng),
    save: (): Saved => ({ stage: current.info.name }),
    restore(saved) {
      const name = new SavedReader(saved, 'curriculum').string('stage');
      const stage = stages.find(({ info }) => info.name === name);
      if (stage === undefined) {
        throw new InputError({
          what: 'saved stage is not in the curriculum',
          where: 'curriculum',
          rule: `stages are ${stages.map(({ info }) => info.name).join(', ')}`,
          value: name,
        });
      }
      current = stage;
    },
  };
}

function drawEpisode({ info, starts, numStarts }: Stage, episodeBars: number, rng: Rng): Episode {
  const drawn = rng.int(numStarts);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle].offset <= drawn) low = middle;
    else high = middle - 1;
  }
  const path = starts[low];
  const startRow = path.firstStart + drawn - path.offset;
  return { startRow, endRow: Math.min(startRow + episodeBars, path.endRow), costMode: info.costs };
}

function layOutStages({ stages, episodeBars, worlds, paths = worlds.paths }: CurriculumOptions): Stage[] {
  const total = stages.reduce((sum, stage) => sum + stage.share, 0);
  let before = 0;
  return stages.map((stage, index) => {
    const from = before / total;
    before += stage.share;
    const allowed = paths.filter(
      ({ regime }) => stage.regimes === null || (regime !== null && stage.regimes.includes(regime)),
    );
    if (allowed.length === 0) throw noPath(stage, index, paths);
    let numStarts = 0;
    const starts = allowed.map((path): PathStarts => {
      const here = findStarts(path, worlds.warmupBars, episodeBars, numStarts);
      numStarts += here.numStarts;
      return here;
    });
    return { info: { index, name: stage.name, costs: stage.costs, from, paths: allowed.length }, starts, numStarts };
  });
}

function findStarts(path: Path, warmupBars: number, episodeBars: number, offset: number): PathStarts {
  const firstStart = path.from + warmupBars;
  const endRow = path.to - 1;
  if (firstStart >= endRow) {
    throw new InputError({
      what: 'path is too short to train on',
      where: `path '${path.name}'`,
      rule: `more than ${warmupBars + 1} bars (warm-up ${warmupBars})`,
      value: path.to - path.from,
    });
  }
  return { firstStart, numStarts: Math.max(1, endRow - episodeBars - firstStart + 1), endRow, offset };
}

function noPath(stage: StageConfig, index: number, paths: readonly Path[]): InputError {
  const known = [...new Set(paths.map(({ regime }) => regime ?? 'mixed'))];
  return new InputError({
    what: 'no path matches the stage',
    where: `curriculum.stages.${index} '${stage.name}'`,
    rule: `paths are of regime ${known.join(', ') || '(there are none)'}`,
    value: stage.regimes,
    hint: 'leave regimes out to train on all paths',
  });
}
