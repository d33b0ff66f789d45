import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { takeLogs } from '../../../market/features/naturalLog.ts';

function logsOf(values: readonly number[]): Float64Array {
  const out = new Float64Array(values.length);
  takeLogs(Float64Array.from(values), values.length, out);
  return out;
}

/** Where the formula changes: next to 1, next to the root of 2, and their neighbors. */
const EDGES = [
  1,
  1 + 2 ** -20,
  1 - 2 ** -20,
  1 + 0x6147a / 2 ** 20,
  1 + 0x6b852 / 2 ** 20,
  1 + 0x6a09c / 2 ** 20,
].flatMap((value) => [value, value * (1 + 2 ** -52), value * (1 - 2 ** -53)]);

describe('logarithms two at a time', () => {
  it('are those of the language to the last place, over the whole range and where the formula changes', () => {
    const rng = createRng('logs');
    const values = Array.from({ length: 20_000 }, (_, i) => {
      const power = 2 ** Math.floor(rng.next() * 2000 - 1000);
      return (
        power * (i % 4 === 0 ? EDGES[i % EDGES.length] : i % 4 === 1 ? 1 + (rng.next() - 0.5) * 4e-6 : 1 + rng.next())
      );
    });
    [EDGES, values].forEach((inputs) =>
      logsOf(inputs).forEach((log, i) => {
        const expected = Math.log(inputs[i]);
        expect(Math.abs(log - expected), String(inputs[i])).to.be.at.most(Math.abs(expected) * 2 ** -52);
      }),
    );
  });

  it('do not depend on what else is taken, nor on how many are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), { minLength: 1, maxLength: 9 }),
        (values) => {
          expect([...logsOf(values)]).to.deep.equal(values.map((value) => logsOf([value])[0]));
          const over = Float64Array.from(values);
          takeLogs(over, values.length, over);
          expect(over).to.deep.equal(logsOf(values));
        },
      ),
    );
  });

  it('of zero, of what is below and of what is no number are what the language says, among others too', () => {
    for (const odd of [0, -0, -1, NaN, Infinity, -Infinity, 5e-324, 2 ** -1023]) {
      expect([...logsOf([odd])]).to.deep.equal([Math.log(odd)]);
      expect([...logsOf([2, odd, 3, 4, 5])]).to.deep.equal([2, odd, 3, 4, 5].map((value) => Math.log(value)));
    }
  });
});
