import { expect } from 'chai';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { createCurriculum } from '../../curricula/curriculum.ts';
import { curriculumConfig } from '../../curricula/curriculumConfig.ts';
import { walkPaths } from '../../curricula/walkPaths.ts';
import type { Worlds } from '../../market/worlds.ts';
import { refusal } from '../helpers/refusal.ts';

// Paths of 100 bars: uptrend, downtrend, oscillating, plateau, uptrend, and one that passes through several regimes.
const regular = randomWalkWorlds({ paths: 6, barsPerPath: 100 });
const worlds: Worlds = {
  ...regular,
  paths: regular.paths.map((path, i) => (i === 5 ? { ...path, regime: null } : path)),
};
const { stages } = curriculumConfig.parse({
  stages: [
    { name: 'trends', regimes: ['uptrend', 'downtrend'], costs: 'p50', share: 2 },
    { name: 'all', share: 1 },
    { name: 'dear', costs: 'p90', share: 1 },
  ],
});
const create = (episodeBars = 30) => createCurriculum({ stages, episodeBars, worlds });

describe('curriculum', () => {
  it('moves through its stages by their shares of the run, and back where told to', () => {
    const curriculum = create();
    const names = [0, 0.49, 0.5, 0.74, 0.75, 1, 0.1].map((fraction) => curriculum.setProgress(fraction).name);
    expect(names).to.deep.equal(['trends', 'trends', 'all', 'all', 'dear', 'dear', 'trends']);
    expect(curriculum.stage).to.deep.equal({ index: 0, name: 'trends', costs: 'p50', from: 0, paths: 3 });
  });

  it('gives only episodes that fit: an allowed path, past its warm-up, before its end, at the costs of the stage', () => {
    const curriculum = create();
    const rng = createRng(1);
    for (const [fraction, allowed, costMode] of [
      [0, [0, 1, 4], 'p50'],
      [0.6, [0, 1, 2, 3, 4, 5], 'sample'],
    ] as const) {
      curriculum.setProgress(fraction);
      const met = new Set<number>();
      for (let n = 0; n < 500; n++) {
        const episode = curriculum.next(0, rng);
        const index = Math.floor(episode.startRow / 100);
        met.add(index);
        expect(episode.startRow).to.be.within(index * 100 + worlds.warmupBars, index * 100 + 69);
        expect(episode.endRow - episode.startRow).to.equal(30);
        expect(episode.costMode).to.equal(costMode);
      }
      expect([...met].sort()).to.deep.equal(allowed);
    }
  });

  it('starts are uniform over all rows from which an episode fits', () => {
    const curriculum = create();
    const rng = createRng(2);
    const counts = new Map<number, number>();
    const numStarts = 3 * (100 - 1 - 30 - worlds.warmupBars + 1);
    for (let n = 0; n < numStarts * 100; n++) {
      const { startRow } = curriculum.next(0, rng);
      counts.set(startRow, (counts.get(startRow) ?? 0) + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    expect(counts.size).to.equal(numStarts);
    expect(chiSquare).to.be.below(numStarts + 5 * Math.sqrt(2 * numStarts));
  });

  it('a path shorter than an episode is walked whole', () => {
    const episode = create(1000).next(0, createRng(1));
    expect(episode.startRow % 100).to.equal(worlds.warmupBars);
    expect(episode.endRow % 100).to.equal(99);
  });

  it('the stage is saved and taken up again', async () => {
    const curriculum = create();
    curriculum.setProgress(0.8);
    const resumed = create();
    resumed.restore(curriculum.save());
    expect(resumed.stage).to.deep.equal(curriculum.stage);
    expect(await refusal(() => resumed.restore({ stage: 'gone' }))).to.contain('trends, all, dear');
  });

  it('a stage that matches no path is refused by its name, and so is a path too short to earn a return', async () => {
    const plateau = curriculumConfig.parse({ stages: [{ name: 'calm', regimes: ['plateau'] }] }).stages;
    const paths = worlds.paths.slice(0, 2);
    expect(await refusal(() => createCurriculum({ stages: plateau, episodeBars: 30, worlds, paths }))).to.match(
      /'calm'.*uptrend, downtrend/,
    );
    const short = { ...worlds, warmupBars: 99 };
    expect(await refusal(() => createCurriculum({ stages, episodeBars: 30, worlds: short }))).to.contain('too short');
  });

  it('its settings refuse an unknown regime, costs or key, an empty list and equal names', () => {
    const fails = (stage: object) => !curriculumConfig.safeParse({ stages: [{ name: 'a', ...stage }] }).success;
    expect(fails({ regimes: ['sideways'] })).to.equal(true);
    expect(fails({ regimes: [] })).to.equal(true);
    expect(fails({ costs: 'p99' })).to.equal(true);
    expect(fails({ share: 0 })).to.equal(true);
    expect(fails({ cost: 'p90' })).to.equal(true);
    expect(curriculumConfig.safeParse({ stages: [] }).success).to.equal(false);
    expect(curriculumConfig.safeParse({ stages: [{ name: 'a' }, { name: 'a' }] }).success).to.equal(false);
    expect(curriculumConfig.parse({}).stages).to.have.length(1);
  });
});

describe('walkPaths', () => {
  it('gives each env its own path, whole, each time it asks', () => {
    const source = walkPaths(worlds.paths, worlds.warmupBars, 'p90');
    for (let time = 0; time < 2; time++) {
      worlds.paths.forEach((path, env) => {
        const expected = { startRow: path.from + worlds.warmupBars, endRow: path.to - 1, costMode: 'p90' };
        expect(source.next(env, createRng(0))).to.deep.equal(expected);
      });
    }
  });

  it('refuses more envs than paths, and a path that has no bar left after its warm-up', async () => {
    const source = walkPaths(worlds.paths, worlds.warmupBars, 'none');
    expect(await refusal(() => source.next(6, createRng(0)))).to.contain('6 paths');
    expect(await refusal(() => walkPaths(worlds.paths, 99, 'none'))).to.contain("path 'walk0'");
  });
});
