import { expect } from 'chai';
import { describe, it } from 'mocha';
import { makeCurve, samplePath } from '../../evaluation/curves.ts';
import { computePerformance } from '../../evaluation/metrics.ts';
import { ledgerOf } from './ledgers.ts';

describe('curves', () => {
  it('end at the total return, short paths keeping their last equity', () => {
    const ledgers = [ledgerOf([110, 120, 90], { path: 'a' }), ledgerOf([130], { path: 'b' })];
    const { equity, drawdown, timeMs } = makeCurve('agent', ledgers);
    expect(equity).to.deep.equal([120, 125, 110]);
    expect((equity.at(-1) ?? 0) / 100 - 1).to.be.closeTo(computePerformance(ledgers, 252).totalReturn, 1e-12);
    expect(drawdown).to.deep.equal([0, 0, -0.125]);
    expect(timeMs).to.deep.equal([1, 2, 3].map((hour) => hour * 3_600_000));
  });

  it('are thinned evenly to the asked number of points, first and last kept', () => {
    const ledger = ledgerOf(Array.from({ length: 5000 }, (_, bar) => 100 + bar));
    const { equity } = makeCurve('agent', [ledger]);
    expect(equity).to.have.lengthOf(400);
    expect([equity[0], equity.at(-1)]).to.deep.equal([100, 5099]);
    const gaps = equity.slice(1).map((value, index) => value - equity[index]);
    expect(Math.max(...gaps) - Math.min(...gaps)).to.be.at.most(1);
  });

  it('a sampled path shows the position as a share of equity', () => {
    const ledger = ledgerOf([100, 80], { rows: [{ quantity: -5, regime: 2 }, { quantity: 4 }] });
    const sample = samplePath('agent', ledger);
    expect(sample).to.deep.include({ agent: 'agent', path: 'path', position: [-0.5, 0.5], close: [10, 10] });
    expect(sample.regime).to.deep.equal([2, 255]);
  });
});
