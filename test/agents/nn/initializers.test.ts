import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fanInUniform, heNormal, orthogonal } from '../../../agents/nn/initializers.ts';
import { createRng } from '../../../core/rng.ts';

describe('initializers', () => {
  it('orthogonal weights have rows or columns of length gain, at right angles', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 24 }),
        fc.nat(),
        (inputs, outputs, seed) => {
          const gain = Math.SQRT2;
          const weight = orthogonal(gain)([inputs, outputs], createRng(seed));
          const byRows = inputs <= outputs;
          const [vectors, length] = byRows ? [inputs, outputs] : [outputs, inputs];
          const element = (vector: number, i: number) =>
            byRows ? weight[vector * outputs + i] : weight[i * outputs + vector];
          for (let a = 0; a < vectors; a++) {
            for (let b = 0; b <= a; b++) {
              let dot = 0;
              for (let i = 0; i < length; i++) dot += element(a, i) * element(b, i);
              expect(dot).to.be.closeTo(a === b ? gain * gain : 0, 1e-5);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('He weights have variance 2 / inputs', () => {
    const values = heNormal([100, 200], createRng(1));
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(variance).to.be.closeTo(0.02, 0.02 * 0.05); // twenty thousand draws: 1 % is one standard error
  });

  it('uniform weights stay within 1 / sqrt(inputs) and fill it', () => {
    const values = fanInUniform([25, 400], createRng(1));
    const largest = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    expect(largest).to.be.within(0.199, 0.2);
  });

  it('the same stream gives the same weights, another stream others', () => {
    const draw = (seed: number) => orthogonal()([5, 3], createRng(seed));
    expect(draw(1)).to.deep.equal(draw(1));
    expect(draw(1)).not.to.deep.equal(draw(2));
  });
});
