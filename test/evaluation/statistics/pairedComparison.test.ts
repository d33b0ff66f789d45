import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { bootstrapConfig } from '../../../evaluation/statistics/bootstrapConfig.ts';
import { growthOf } from '../../../evaluation/returns.ts';
import { comparePaired } from '../../../evaluation/statistics/pairedComparison.ts';
import { refusal } from '../../helpers/refusal.ts';
import { ledgerOfGrowth } from '../ledgers.ts';

const config = bootstrapConfig.parse({ resamples: 500 });
const compare = (agent: number[][], ...replicas: number[][][]) => {
  const books = (paths: number[][]) => paths.map((growth, path) => growthOf(ledgerOfGrowth(growth, `path${path}`)));
  return comparePaired(books(agent), replicas.map(books), { benchmark: 'rival', config, rng: createRng(1) });
};
const draw = (seed: number, length = 400) => {
  const rng = createRng(seed);
  return Array.from({ length }, () => 0.01 * rng.normal());
};

describe('paired comparison', () => {
  it('finds a small edge that the market would drown, because both lived through the same bars', () => {
    const market = draw(1);
    const found = compare([market.map((growth) => growth + 2e-4)], [market]);
    expect(found.meanExcessBps).to.be.closeTo(2, 1e-6);
    expect(found.lowerBps).to.be.closeTo(2, 1e-6);
    expect(found).to.include({ benchmark: 'rival', confidence: 0.95, probabilityNotBetter: 0 });
    expect(compare([market.map((growth) => growth + 2e-4)], [draw(2)]).lowerBps).to.be.below(0);
  });

  it('an agent that is the benchmark is not better, and swapping the two turns the sign', () => {
    const [one, other] = [draw(3), draw(4)];
    expect(compare([one], [one])).to.include({ meanExcessBps: 0, lowerBps: 0, upperBps: 0, probabilityNotBetter: 1 });
    expect(compare([one], [other]).meanExcessBps).to.be.closeTo(-compare([other], [one]).meanExcessBps, 1e-9);
  });

  it('bars that differ by rounding alone are the same bars, and what is left of them is exactly 0', () => {
    const market = draw(3);
    const found = compare([market.map((growth, bar) => growth + (bar % 2 === 0 ? 1e-15 : 2e-15))], [market]);
    expect(found).to.include({ bars: 400, differingBars: 0, meanExcessBps: 0, lowerBps: 0, upperBps: 0 });
    expect(found.probabilityNotBetter).to.equal(1);
    const once = compare([market.map((growth, bar) => growth + (bar === 7 ? 1e-3 : 0))], [market]);
    expect(once).to.include({ bars: 400, differingBars: 1 });
    expect(once.lowerBps).to.be.closeTo(0, 1e-9);
  });

  it('says how it was resampled: blocks in few paths, whole paths where there are many', () => {
    const paths = Array.from({ length: 20 }, (_, seed) => draw(seed, 50));
    const still = (count: number) => paths.slice(0, count).map((path) => path.map(() => 0));
    const few = compare(paths.slice(0, 2), still(2)).resampling;
    expect(few).to.include({ unit: 'blocks', stream: '1' });
    expect(few.units).to.be.closeTo(100 / (few.blockBars ?? NaN), 1e-12);
    expect(compare(paths, still(20)).resampling).to.include({ unit: 'paths', blockBars: null, units: 20 });
  });

  it('replicas count by their mean growth', () => {
    const market = draw(5);
    const shifted = (by: number) => [market.map((growth) => growth + by)];
    const found = compare([market], shifted(-1e-4), shifted(-3e-4));
    expect(found.meanExcessBps).to.be.closeTo(2, 1e-6);
  });

  it('refuses ledgers of other bars', async () => {
    expect(await refusal(() => compare([draw(1)], [draw(1, 399)]))).to.contain('400 bars');
    expect(await refusal(() => compare([draw(1), draw(2)], [draw(1)]))).to.contain('no ledger');
  });
});
