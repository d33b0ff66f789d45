import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { walkBook } from '../../../../market/execution/calibrate/walkBook.ts';

const ASK = { price: [101, 102, 104], quantity: [1, 2, 1], numLevels: 3 };

function costs(side: Parameters<typeof walkBook>[0], notionals: readonly number[]) {
  const costBps = new Float64Array(notionals.length);
  const fitting = walkBook(side, 100, notionals, costBps);
  return { costBps: [...costBps], fitting };
}

describe('walking a book', () => {
  it('pays the average of the levels it takes', () => {
    // 1 unit at 101; 2 units: (101 + 102) / 2; 4 units: (101 + 204 + 104) / 4.
    const { costBps, fitting } = costs(ASK, [50, 100, 200, 400]);
    expect(costBps[0]).to.be.closeTo(100, 1e-9);
    expect(costBps[1]).to.be.closeTo(100, 1e-9);
    expect(costBps[2]).to.be.closeTo(150, 1e-9);
    expect(costBps[3]).to.be.closeTo(225, 1e-9);
    expect(fitting).to.equal(4);
  });

  it('a seller walks the bids the same way', () => {
    const bid = { price: [99, 98, 96], quantity: [1, 2, 1], numLevels: 3 };
    expect(costs(bid, [50, 200, 400]).costBps).to.deep.equal(costs(ASK, [50, 200, 400]).costBps);
  });

  it('a book that is too thin goes on as densely as it lay, and says so', () => {
    // 4 units within 4 of price: the next 4 units lie at 104 to 108, on average 106.
    const { costBps, fitting } = costs(ASK, [400, 800]);
    expect(fitting).to.equal(1);
    expect(costBps[1]).to.be.closeTo(((4 * 2.25 + 4 * 6) / 8) * 100, 1e-9);
  });

  it('a larger order never pays less, a deeper book never costs more', () => {
    const level = fc.tuple(
      fc.double({ min: 0.01, max: 5, noNaN: true }),
      fc.double({ min: 0.01, max: 50, noNaN: true }),
    );
    const sizes = fc.array(fc.double({ min: 1, max: 1e5, noNaN: true }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 20 }), sizes, (levels, wanted) => {
        const notionals = wanted.sort((a, b) => a - b);
        let price = 100;
        const side = {
          price: levels.map(([step]) => (price += step)),
          quantity: levels.map(([, quantity]) => quantity),
          numLevels: levels.length,
        };
        const { costBps } = costs(side, notionals);
        for (let i = 1; i < costBps.length; i++) expect(costBps[i]).to.be.at.least(costBps[i - 1] - 1e-9);
        const deeper = costs({ ...side, quantity: side.quantity.map((quantity) => quantity * 2) }, notionals).costBps;
        deeper.forEach((cost, i) => expect(cost).to.be.at.most(costBps[i] + 1e-9));
      }),
    );
  });
});
