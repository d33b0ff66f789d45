import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { walkForwardConfig, walkForwardFolds } from '../../evaluation/walkForward.ts';
import { refusal } from '../helpers/refusal.ts';

const configs = fc.record({
  mode: fc.constantFrom('anchored' as const, 'rolling' as const),
  trainBars: fc.integer({ min: 1, max: 60 }),
  validationBars: fc.integer({ min: 0, max: 30 }),
  testBars: fc.integer({ min: 1, max: 30 }),
  purgeBars: fc.integer({ min: 0, max: 8 }),
  embargoBars: fc.integer({ min: 0, max: 8 }),
});

describe('walk-forward', () => {
  it('folds are ordered in time, of the asked lengths, with exactly purge and embargo between neighbors', () => {
    fc.assert(
      fc.property(configs, fc.integer({ min: 200, max: 500 }), (config, bars) => {
        const folds = walkForwardFolds(bars, walkForwardConfig.parse(config));
        const gap = config.purgeBars + config.embargoBars;
        folds.forEach(({ train, validation, test }, index) => {
          const parts = [train, ...(validation === null ? [] : [validation]), test];
          parts.slice(1).forEach((part, i) => expect(part.from - parts[i].to).to.equal(gap));
          expect(test.to - test.from).to.equal(config.testBars);
          if (validation !== null) expect(validation.to - validation.from).to.equal(config.validationBars);
          expect(validation === null).to.equal(config.validationBars === 0);
          const moved = index * config.testBars;
          expect(train).to.deep.equal({ from: config.mode === 'anchored' ? 0 : moved, to: moved + config.trainBars });
          expect(test.to).to.be.at.most(bars);
        });
      }),
    );
  });

  it('tests follow each other without gap or overlap, and no whole one is left out at the end', () => {
    fc.assert(
      fc.property(configs, fc.integer({ min: 200, max: 500 }), (config, bars) => {
        const tests = walkForwardFolds(bars, walkForwardConfig.parse(config)).map(({ test }) => test);
        tests.slice(1).forEach((test, index) => expect(test.from).to.equal(tests[index].to));
        expect(bars - (tests.at(-1)?.to ?? 0)).to.be.below(config.testBars);
      }),
    );
  });

  it('a step of its own moves the folds by that much', () => {
    const config = walkForwardConfig.parse({ trainBars: 10, testBars: 5, stepBars: 2, mode: 'rolling' });
    expect(walkForwardFolds(19, config).map(({ train }) => train.from)).to.deep.equal([0, 2, 4]);
  });

  it('refuses bars too few for one fold, saying how many it takes', async () => {
    const config = walkForwardConfig.parse({
      trainBars: 10,
      validationBars: 3,
      testBars: 5,
      purgeBars: 1,
      embargoBars: 1,
    });
    expect(await refusal(() => walkForwardFolds(21, config))).to.contain('at least 22 bars');
    expect(walkForwardFolds(22, config)).to.have.lengthOf(1);
  });
});
