import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { RollingExtreme } from '../../../market/features/rollingExtreme.ts';
import { RollingMean } from '../../../market/features/rollingMean.ts';
import { RollingMoments } from '../../../market/features/rollingMoments.ts';
import { RollingRank } from '../../../market/features/rollingRank.ts';

/** Few distinct values, so that ties are common. */
const series = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 60 });
const size = fc.integer({ min: 2, max: 9 });
const windowOf = (values: readonly number[], row: number, length: number) =>
  values.slice(Math.max(0, row + 1 - length), row + 1);

describe('rolling windows', () => {
  it('know the highest and the lowest of the last values in any chunks, as looking through them does', () => {
    const chunks = fc.array(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 70 }), (chunked, length) => {
        const values = chunked.flat();
        for (const [kind, look] of [['highest', Math.max] as const, ['lowest', Math.min] as const]) {
          const extreme = new RollingExtreme(length, kind);
          const found = chunked.flatMap((chunk) => {
            const out = new Float64Array(chunk.length);
            extreme.advance(Float64Array.from(chunk), chunk.length, out);
            return [...out];
          });
          expect(found).to.deep.equal(values.map((_, row) => look(...windowOf(values, row, length))));
        }
      }),
    );
  });

  it('may be longer than a chunk many times over', () => {
    const extreme = new RollingExtreme(20_000, 'highest');
    const falling = Float64Array.from({ length: 1000 }, (_, row) => 1 - row);
    const out = new Float64Array(1000);
    extreme.advance(Float64Array.of(7), 1, out);
    for (let chunk = 0; chunk < 19; chunk++) extreme.advance(falling, 1000, out);
    expect(out[999]).to.equal(7);
    extreme.advance(falling, 1000, out);
    expect([out[998], out[999]]).to.deep.equal([7, 1]);
  });

  it('know the rank of the newest among the last values, ties in the middle', () => {
    fc.assert(
      fc.property(series, size, (values, length) => {
        const rank = new RollingRank(length);
        values.forEach((value, row) => {
          const others = windowOf(values, row, length).slice(0, -1);
          const above = others.filter((other) => other < value).length - others.filter((other) => other > value).length;
          expect(rank.push(value)).to.be.closeTo(others.length === 0 ? 0 : above / others.length, 1e-12);
        });
      }),
    );
  });

  it('know mean and variance once full, and forget a spike', () => {
    fc.assert(
      fc.property(series, size, (values, length) => {
        const mean = new RollingMean(length);
        const moments = new RollingMoments(length);
        const meanAfter = (value: number) => {
          const one = Float64Array.of(value);
          mean.advance(one, 1, one);
          return one[0];
        };
        for (const value of [1e9, ...new Array<number>(2 * length).fill(0)]) {
          meanAfter(value);
          moments.push(value);
        }
        [...new Array<number>(length).fill(1), ...values].forEach((value, row, all) => {
          const rolled = meanAfter(value);
          moments.push(value);
          if (row < length) return;
          const window = windowOf(all, row, length);
          const plain = window.reduce((sum, x) => sum + x, 0) / length;
          expect(rolled).to.be.closeTo(plain, 1e-12);
          expect(moments.mean).to.be.closeTo(plain, 1e-12);
          expect(moments.variance).to.be.closeTo(window.reduce((sum, x) => sum + (x - plain) ** 2, 0) / length, 1e-11);
        });
      }),
    );
  });
});
