import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../core/units.ts';
import { createExecutionModel } from '../../../market/execution/createExecutionModel.ts';
import { COST_MODES, impactBps, type CostMode } from '../../../market/execution/executionModel.ts';
import type { InstrumentEntry } from '../../../market/execution/table.ts';
import { refusal } from '../../helpers/refusal.ts';
import { config, makeEntry, makeTable } from './fixtures.ts';

const mode = (name: CostMode) => COST_MODES.indexOf(name);
const falling = Array.from({ length: 101 }, (_, q) => 1 - q / 100);
const fillRatio = {
  source: 'fills.csv',
  count: 100,
  mean: 0.5,
  p50: falling[50],
  p90: falling[90],
  p99: falling[99],
  quantiles: falling,
};
const impact = {
  source: 'trades.csv',
  coefficient: 0.7,
  standardError: 0.1,
  exponent: 0.5 as const,
  count: 1000,
  r2: 0.1,
  bucketMs: 60_000,
  volatilityBps: 12,
  volumeNotional: 1e6,
  largestNotional: 1e5,
};
const entryOf = (spread: number, about: Partial<InstrumentEntry> = {}) =>
  makeEntry({ spreads: [spread], slippage: { 1000: [1] } }, about);
const table = makeTable({
  A: entryOf(1, { impact, fillRatio }),
  B: entryOf(3),
});
const modelOf = (instrument: string, values: Parameters<typeof config>[0] = {}) =>
  createExecutionModel({ table, instrument, timeframeMs: HOUR_MS, config: config(values) });

describe('the execution model of orders', () => {
  it('draws the measured fill ratio, the adverse decile at p90, all of it at no cost', () => {
    const { fillRatio: ratio } = modelOf('A');
    if (ratio === undefined) throw new Error('no fill ratio');
    const at = (name: CostMode, u = 0) => ratio(mode(name), u);
    expect([at('p50'), at('none')]).to.deep.equal([0.5, 1]);
    expect(at('p90')).to.be.closeTo(0.1, 1e-12);
    expect([at('sample', 0), at('sample', 0.25)]).to.deep.equal([1, 0.75]);
    expect(at('sample', 1 - 2 ** -32)).to.be.within(0, 1e-3);
    expect(modelOf('B').fillRatio, 'never measured').to.equal(undefined);
  });

  it('knows no impact unless asked for, then the measured law or the coefficient given', () => {
    expect(modelOf('A').impact).to.equal(undefined);
    const spanBars = 168;
    const measured = modelOf('A', { impact: { coefficient: null, spanBars } }).impact;
    expect(measured).to.deep.equal({ coefficient: 0.7, measuredUnit: 12 / 1000, spanBars });
    const given = modelOf('B', { impact: { coefficient: 2, spanBars } }).impact;
    expect(given).to.deep.equal({ coefficient: 2, measuredUnit: NaN, spanBars });
  });

  it('refuses an impact that nobody measured, by name', async () => {
    const unmeasured = () => modelOf('B', { impact: { coefficient: null, spanBars: 168 } });
    expect(await refusal(unmeasured)).to.match(/execution\.impact\.coefficient.*impact of B was never measured/su);
  });

  it('impact grows with the root of the order: four times the size costs twice as much a unit', () => {
    const law = { coefficient: 0.7, measuredUnit: NaN, spanBars: 168 };
    // 0.7 standard deviations of 12 bps, at an order of the volume of the span.
    expect(impactBps(law, 12 / 1000, 1e6)).to.be.closeTo(8.4, 1e-12);
    expect(impactBps(law, 12 / 1000, 4e6)).to.be.closeTo(16.8, 1e-12);
  });

  it('has the costs of every venue, and is the first of them by itself', () => {
    const fees = { takerFeeBps: 4, makerFeeBps: 1 };
    const venues = [
      { name: 'near', instrument: 'B', ...fees },
      { name: 'deep', instrument: 'A', takerFeeBps: 6, makerFeeBps: 0 },
    ];
    const model = modelOf('A', { venues });
    expect(model.venues?.map(({ name }) => name)).to.deep.equal(['near', 'deep']);
    expect(model.venues?.map(({ costs }) => costs.halfSpreadBps(0, mode('p50'), 0))).to.deep.equal([3, 1]);
    expect(model.venues?.map(({ costs }) => [costs.takerFeeBps, costs.makerFeeBps])).to.deep.equal([
      [4, 1],
      [6, 0],
    ]);
    expect([model.takerFeeBps, model.halfSpreadBps(0, mode('p50'), 0)]).to.deep.equal([4, 3]);
  });

  it('refuses a venue whose entry the table does not have, and two of one name', async () => {
    const venue = { name: 'near', instrument: 'C', takerFeeBps: 1, makerFeeBps: 1 };
    expect(await refusal(() => modelOf('A', { venues: [venue] }))).to.match(/unknown instrument.*C/su);
    expect(() => config({ venues: [venue, venue] })).to.throw(/different names/u);
  });
});
