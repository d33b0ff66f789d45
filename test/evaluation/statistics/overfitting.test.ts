import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { mean } from '../../../core/statistics.ts';
import { probabilityOfOverfitting } from '../../../evaluation/statistics/overfitting.ts';
import { refusal } from '../../helpers/refusal.ts';

describe('probability of backtest overfitting', () => {
  const noise = (seed: number, skill = 0) => {
    const rng = createRng(seed);
    return Array.from({ length: 20 }, (_, trial) =>
      Float64Array.from({ length: 400 }, () => rng.normal() + (trial === 7 ? skill : 0)),
    );
  };

  it('is about one half without skill, about zero where one trial has it', () => {
    const found = Array.from({ length: 30 }, (_, seed) => probabilityOfOverfitting(noise(seed)).probability);
    expect(mean(found)).to.be.closeTo(0.5, 0.1);
    expect(probabilityOfOverfitting(noise(1, 0.5)).probability).to.be.below(0.01);
  });

  it('is one where the best in sample is the worst out of sample', () => {
    // Two trials that win in turn: whichever won in sample has lost the other half.
    const swing = Float64Array.from({ length: 8 }, (_, bar) => (bar < 4 ? 1 : -1) + 0.1 * (bar % 2));
    const { probability, logits } = probabilityOfOverfitting([swing, swing.map((value) => -value)], 2);
    expect(probability).to.equal(1);
    expect([...logits]).to.have.lengthOf(2);
    expect(logits[0]).to.be.closeTo(Math.log(1 / 2), 1e-12);
  });

  it('looks at every half of the blocks once', () => {
    expect(probabilityOfOverfitting(noise(1), 6).logits).to.have.lengthOf(20);
    expect(probabilityOfOverfitting(noise(1), 10).logits).to.have.lengthOf(252);
  });

  it('identical trials tie at the median rather than show a skill of choosing', () => {
    const [series] = noise(1);
    expect(probabilityOfOverfitting([series, series, series]).probability).to.equal(1);
  });

  it('refuses one trial, odd blocks, too few bars and uneven series', async () => {
    const trials = noise(1);
    expect(await refusal(() => probabilityOfOverfitting([trials[0]]))).to.contain('at least 2 trials');
    expect(await refusal(() => probabilityOfOverfitting(trials, 5))).to.contain('even');
    expect(await refusal(() => probabilityOfOverfitting(trials, 300))).to.contain('at least 2 bars');
    expect(await refusal(() => probabilityOfOverfitting([trials[0], trials[1].slice(1)]))).to.contain('400 bars');
  });
});
