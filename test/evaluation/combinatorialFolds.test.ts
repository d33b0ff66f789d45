import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  combinatorialConfig,
  combinatorialFolds,
  type CombinatorialConfig,
} from '../../evaluation/combinatorialFolds.ts';
import { refusal } from '../helpers/refusal.ts';

const configs = fc
  .record({
    groups: fc.integer({ min: 2, max: 8 }),
    testGroups: fc.integer({ min: 1, max: 7 }),
    purgeBars: fc.integer({ min: 0, max: 6 }),
    embargoBars: fc.integer({ min: 0, max: 6 }),
  })
  .filter(({ groups, testGroups }) => testGroups < groups);
const bars = fc.integer({ min: 160, max: 400 });

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const choose = (n: number, k: number) => factorial(n) / (factorial(k) * factorial(n - k));
const holds = (check: (config: CombinatorialConfig, length: number) => void) =>
  fc.assert(
    fc.property(configs, bars, (config, length) => check(combinatorialConfig.parse(config), length)),
    { numRuns: 25 },
  );

describe('combinatorial purged folds', () => {
  it('are every choice of test groups once, and make whole test paths, as many as the book says', () => {
    holds((config, length) => {
      const { folds, paths } = combinatorialFolds(length, config);
      expect(folds).to.have.lengthOf(choose(config.groups, config.testGroups));
      expect(new Set(folds.map(({ testGroups }) => testGroups.join())).size).to.equal(folds.length);
      expect(paths).to.have.lengthOf((folds.length * config.testGroups) / config.groups);
    });
  });

  it('groups cover the bars without gap or overlap, their lengths differ by one at most', () => {
    holds((config, length) => {
      const { groups } = combinatorialFolds(length, config);
      expect(groups[0].from).to.equal(0);
      expect(groups.at(-1)?.to).to.equal(length);
      groups.slice(1).forEach(({ from }, i) => expect(from).to.equal(groups[i].to));
      const lengths = groups.map(({ from, to }) => to - from);
      expect(Math.max(...lengths) - Math.min(...lengths)).to.be.at.most(1);
    });
  });

  it('no training bar is judged on, nor within purge before or embargo after a test; every other bar is trained on', () => {
    holds((config, length) => {
      for (const { train, test } of combinatorialFolds(length, config).folds) {
        const isTrained = new Uint8Array(length);
        for (const { from, to } of train) isTrained.fill(1, from, to);
        const isFar = Uint8Array.from({ length }, (_, bar) =>
          Number(!test.some(({ from, to }) => bar >= from - config.purgeBars && bar < to + config.embargoBars)),
        );
        expect(Buffer.compare(isTrained, isFar)).to.equal(0);
      }
    });
  });

  it('every test of every fold is in exactly one path, and a path judges every group by a fold that tests it', () => {
    holds((config, length) => {
      const { folds, paths } = combinatorialFolds(length, config);
      const used = new Set<string>();
      for (const { foldOfGroup } of paths) {
        expect(foldOfGroup).to.have.lengthOf(config.groups);
        foldOfGroup.forEach((fold, group) => {
          expect(folds[fold].testGroups).to.include(group);
          used.add(`${fold}/${group}`);
        });
      }
      expect(used.size).to.equal(folds.length * config.testGroups);
      expect(used.size).to.equal(paths.length * config.groups);
    });
  });

  it('six groups, two of them tested, are the 15 folds and 5 paths of the book', () => {
    const { folds, paths } = combinatorialFolds(600, combinatorialConfig.parse({ purgeBars: 5, embargoBars: 10 }));
    expect([folds.length, paths.length]).to.deep.equal([15, 5]);
    expect(folds[1]).to.deep.equal({
      testGroups: [0, 2],
      test: [
        { from: 0, to: 100 },
        { from: 200, to: 300 },
      ],
      train: [
        { from: 110, to: 195 },
        { from: 310, to: 600 },
      ],
    });
  });

  it('refuses what leaves nothing to learn from, and thousands of folds', async () => {
    const parse = (config: object) => combinatorialConfig.parse(config);
    expect(await refusal(() => combinatorialFolds(100, parse({ groups: 2, testGroups: 2 })))).to.contain(
      'nothing would be left',
    );
    expect(await refusal(() => combinatorialFolds(5, parse({ groups: 6 })))).to.contain('fewer bars than groups');
    expect(
      await refusal(() => combinatorialFolds(60, parse({ groups: 3, purgeBars: 20, embargoBars: 20 }))),
    ).to.contain('leave nothing');
    expect(await refusal(() => combinatorialFolds(5_000, parse({ groups: 40, testGroups: 8 })))).to.contain(
      'at most 5000',
    );
  });
});
