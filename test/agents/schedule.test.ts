import { expect } from 'chai';
import { describe, it } from 'mocha';
import { scheduleAt } from '../../agents/schedule.ts';

describe('agents/schedule', () => {
  it('runs straight from one value to the other and stays there', () => {
    const line = { from: 1, to: 0.2, steps: 80 };
    const values = [0, 20, 40, 80, 1000].map((step) => scheduleAt(line, step));
    values.forEach((value, i) => expect(value).to.be.closeTo([1, 0.8, 0.6, 0.2, 0.2][i], 1e-12));
  });

  it('of no steps it has arrived', () => {
    expect(scheduleAt({ from: 1, to: 0.2, steps: 0 }, 0)).to.equal(0.2);
  });
});
