import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseFormula } from '../../evaluation/formula.ts';
import { refusal } from '../helpers/refusal.ts';

const known = ['sharpe', 'maxDrawdown', 'trades'];
const scope = { sharpe: 0.7, maxDrawdown: -0.2, trades: 3 };
const value = async (text: string, over: Record<string, number | null> = scope) =>
  (await parseFormula(text, known)).evaluate(over);

describe('formula', () => {
  it('does arithmetic and logic over metric names', async () => {
    expect(await value('sharpe > 0.5 and maxDrawdown > -0.3')).to.equal(true);
    expect(await value('not (sharpe > 0.5) or trades >= 4')).to.equal(false);
    expect(await value('2 sharpe - abs(maxDrawdown) ^ 2')).to.be.closeTo(1.36, 1e-12);
    expect(await value('0.5 < sharpe < 0.6 ? 1 : min(trades, 2)')).to.equal(2);
  });

  it('agrees with the language on any numbers', async () => {
    const formula = await parseFormula('sharpe * 3 - trades / 2 + max(maxDrawdown, -1)', known);
    const number = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(number, number, number, (sharpe, trades, maxDrawdown) => {
        const expected = sharpe * 3 - trades / 2 + Math.max(maxDrawdown, -1);
        expect(formula.evaluate({ sharpe, trades, maxDrawdown })).to.be.closeTo(expected, 1e-9);
      }),
    );
  });

  it('an unknown name is refused with the nearest known one', async () => {
    expect(await refusal(() => parseFormula('sharp > 1', known))).to.match(/"sharp".*did you mean 'sharpe'/);
    expect(await refusal(() => parseFormula('absolute(sharpe)', known))).to.match(/unknown function.*"absolute"/);
  });

  it('a metric that is null makes the whole null, and so does a result that is no number', async () => {
    expect(await value('trades > 1 or sharpe > 1', { ...scope, sharpe: null })).to.equal(null);
    expect(await value('trades > 1', { ...scope, sharpe: null })).to.equal(true);
    expect(await value('1 / (trades - 3)')).to.equal(null);
    expect(await value('sqrt(maxDrawdown)')).to.equal(null);
  });

  it('nothing but expressions over numbers gets through', async () => {
    const attacks = [
      'import("fs")',
      'sharpe.constructor',
      'sharpe["constructor"]',
      'trades = 5',
      'f(x) = x',
      '[1, 2]',
      '{a: 1}',
      '"text"',
      'sharpe; trades',
      'sharpe!',
      'createUnit("x")',
      'evaluate("1")',
      'true',
      'abs',
      '1:3',
    ];
    for (const attack of attacks) expect(await refusal(() => parseFormula(attack, known))).to.contain('formula');
  });

  it('what cannot be parsed or evaluated is refused with its place', async () => {
    expect(await refusal(() => parseFormula('sharpe >', known))).to.match(/cannot be parsed.*char 9/);
    expect(await refusal(() => parseFormula('', known))).to.contain('formula');
    expect(await refusal(() => parseFormula('sqrt()', known))).to.contain('cannot be evaluated');
  });
});
