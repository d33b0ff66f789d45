import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { allocateStorage } from '../../../../agents/nn/storage.ts';
import { createAdamKernel } from '../../../../agents/nn/wasm/adamKernel.ts';
import { createRng } from '../../../../core/rng.ts';

const f = Math.fround;

describe('the Adam kernel', () => {
  it('gives, bit for bit, what the formula gives in single precision, and leaves the neighbors alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (length, seed) => {
        const trained = { length, trained: true };
        const [group, first, second, neighbor] = allocateStorage([
          trained,
          { length, trained: false },
          { length, trained: false },
          { length: 5, trained: false },
        ]);
        const { memory, gradient } = group;
        if (memory === null || gradient === null) throw new Error('a trained group has memory and a gradient');
        const rng = createRng(seed);
        for (const array of [group.values, first.values, gradient, neighbor.values])
          for (let i = 0; i < array.length; i++) array[i] = rng.normal();
        for (let i = 0; i < length; i++) second.values[i] = rng.next();
        const before = [group.values, first.values, second.values, neighbor.values].map((array) => array.slice());
        const [beta1, beta2, stepSize, epsilon, keep, scale] = [0.9, 0.999, 1e-3, 1e-8, 0.99, 0.5].map(f);
        const bytes = 64 * Math.ceil((4 * length) / 64);
        createAdamKernel(memory)(
          group.values.byteOffset,
          first.values.byteOffset,
          second.values.byteOffset,
          gradient.byteOffset,
          bytes,
          beta1,
          beta2,
          stepSize,
          epsilon,
          keep,
          scale,
        );
        for (let i = 0; i < length; i++) {
          const g = f(gradient[i] * scale);
          const m = f(f(before[1][i] * beta1) + g);
          const v = f(f(before[2][i] * beta2) + f(g * g));
          const p = f(f(before[0][i] * keep) - f(f(m * stepSize) / f(f(Math.sqrt(v)) + epsilon)));
          expect([group.values[i], first.values[i], second.values[i]]).to.deep.equal([p, m, v]);
        }
        expect(neighbor.values).to.deep.equal(before[3]);
      }),
      { numRuns: 40 },
    );
  });
});
