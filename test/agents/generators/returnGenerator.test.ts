import { expect } from 'chai';
import { describe, it } from 'mocha';
import { returnGeneratorConfig, trainReturnGenerator } from '../../../agents/generators/returnGenerator.ts';
import { createRng, type Rng } from '../../../core/rng.ts';
import { mean, rawKurtosis, skewness, standardDeviation } from '../../../core/statistics.ts';

const WINDOW = 6;

/** Returns with a drift, fat tails (a normal whose deviation is sometimes three times as large) and memory of the last one. */
function plantedReturns(count: number, rng: Rng): Float64Array {
  const returns = new Float64Array(count);
  for (let i = 1; i < count; i++) {
    const deviation = rng.next() < 0.1 ? 0.03 : 0.01;
    returns[i] = 0.001 + 0.5 * (returns[i - 1] - 0.001) + deviation * rng.normal();
  }
  return returns;
}

const LEARNED = plantedReturns(8_000, createRng(1));

/** Correlation of neighbors within windows of a flat (count, window) array. */
function lagCorrelation(windows: Float64Array): number {
  const center = mean(windows) ?? 0;
  let [cross, square] = [0, 0];
  for (let i = 0; i < windows.length; i++) {
    if (i % WINDOW === 0) continue;
    cross += (windows[i] - center) * (windows[i - 1] - center);
    square += (windows[i] - center) ** 2;
  }
  return cross / square;
}

async function make(updates: number) {
  const generator = await trainReturnGenerator({
    config: returnGeneratorConfig.parse({ window: WINDOW, updates }),
    returns: LEARNED,
    rng: createRng(5),
  });
  const made = generator.generate(5_000, createRng(9));
  const hash = generator.weightsHash();
  generator.dispose();
  return { made, hash };
}

describe('agents/generators/returnGenerator', () => {
  const memory = lagCorrelation(plantedReturns(WINDOW * 10_000, createRng(2)));

  it('what it makes up has the moments and the memory of what it learned from', async () => {
    const { made } = await make(1_000);
    const deviation = standardDeviation(LEARNED) ?? NaN;
    expect(mean(made)).to.be.closeTo(mean(LEARNED) ?? NaN, 0.1 * deviation);
    expect(standardDeviation(made)).to.be.closeTo(deviation, 0.1 * deviation);
    expect(skewness(made)).to.be.closeTo(skewness(LEARNED) ?? NaN, 0.35);
    expect(rawKurtosis(LEARNED)).to.be.greaterThan(5); // a normal has 3
    expect(rawKurtosis(made)).to.be.closeTo(rawKurtosis(LEARNED) ?? NaN, 1.5);
    expect(memory).to.be.closeTo(0.5, 0.03);
    expect(lagCorrelation(made)).to.be.closeTo(memory, 0.06);
  });

  it('untrained it has no such memory', async () => {
    const { made } = await make(1);
    expect(Math.abs(lagCorrelation(made) - memory)).to.be.greaterThan(0.2);
  });

  it('the same seed gives the same generator, and the same luck the same returns', async () => {
    const [a, b] = [await make(20), await make(20)];
    expect(a.hash).to.equal(b.hash);
    expect(a.made).to.deep.equal(b.made);
  });

  it('returns that do not vary are refused', async () => {
    const refused = await trainReturnGenerator({
      config: returnGeneratorConfig.parse({}),
      returns: new Float64Array(1_000),
      rng: createRng(1),
    }).catch(String);
    expect(refused).to.match(/return generator: not enough to learn from/);
  });
});
