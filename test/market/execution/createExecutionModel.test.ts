import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { InputError } from '../../../core/errors.ts';
import { HOUR_MS, YEAR_MS } from '../../../core/units.ts';
import { WeightedSamples } from '../../../market/execution/calibrate/weightedSamples.ts';
import { createExecutionModel } from '../../../market/execution/createExecutionModel.ts';
import { executionConfig } from '../../../market/execution/executionConfig.ts';
import { COST_MODES, type CostMode } from '../../../market/execution/executionModel.ts';
import { loadExecutionTable } from '../../../market/execution/loadExecutionTable.ts';
import { SESSIONS } from '../../../market/sessions.ts';
import { config, distributionOf, makeEntry, makeTable, SHIPPED } from './fixtures.ts';

const mode = (name: CostMode) => COST_MODES.indexOf(name);
const table = loadExecutionTable(SHIPPED);
const modelOf = (instrument: string, values: Parameters<typeof config>[0] = {}) =>
  createExecutionModel({
    table,
    instrument,
    timeframeMs: HOUR_MS,
    config: config({ unmeasuredSlippage: 'zero', ...values }),
  });
const shipped = Object.keys(table.instruments);
const models = new Map(shipped.map((name) => [name, modelOf(name)]));
const model = (name: string) => models.get(name) ?? modelOf(name);

const instrument = fc.constantFrom(...shipped);
const session = fc.nat(SESSIONS.length - 1);
const anyMode = fc.nat(COST_MODES.length - 1);
const uniform = fc.double({ min: 0, max: 1 - 2 ** -32, noNaN: true });
const notional = fc.double({ min: 0, max: 1e9, noNaN: true });
const assert = (property: fc.IRawProperty<unknown>) => fc.assert(property, { numRuns: 3000 });

describe('the execution model', () => {
  it('costs are finite and never negative, whatever is asked', () => {
    assert(
      fc.property(fc.record({ instrument, session, anyMode, notional, uniform }), (ask) => {
        const { halfSpreadBps, slippageBps, latencyMs } = model(ask.instrument);
        for (const cost of [
          halfSpreadBps(ask.session, ask.anyMode, ask.uniform),
          slippageBps(ask.session, ask.anyMode, ask.notional, ask.uniform),
          latencyMs(ask.anyMode, ask.uniform),
        ]) {
          expect(cost).to.be.at.least(0).and.below(Infinity);
        }
      }),
    );
  });

  it('slippage never falls as the order grows, at any quantile', () => {
    assert(
      fc.property(fc.record({ instrument, session, a: notional, b: notional, uniform }), (ask) => {
        const { slippageBps } = model(ask.instrument);
        const [small, large] = [ask.a, ask.b].sort((x, y) => x - y);
        expect(slippageBps(ask.session, mode('sample'), large, ask.uniform)).to.be.at.least(
          slippageBps(ask.session, mode('sample'), small, ask.uniform),
        );
      }),
    );
  });

  it('costs never fall as luck gets worse, and the stress mode is above the median', () => {
    assert(
      fc.property(fc.record({ instrument, session, notional, a: uniform, b: uniform }), (ask) => {
        const { halfSpreadBps, slippageBps } = model(ask.instrument);
        const [good, bad] = [ask.a, ask.b].sort((x, y) => x - y);
        for (const cost of [
          (m: CostMode, u: number) => halfSpreadBps(ask.session, mode(m), u),
          (m: CostMode, u: number) => slippageBps(ask.session, mode(m), ask.notional, u),
        ]) {
          expect(cost('sample', bad)).to.be.at.least(cost('sample', good));
          expect(cost('p90', 0)).to.be.at.least(cost('p50', 0));
          expect(cost('p90', good)).to.equal(cost('p90', bad));
          expect(cost('none', bad)).to.equal(0);
        }
      }),
    );
  });

  it('at a measured order size and mode it gives the measured number', () => {
    for (const name of shipped) {
      SESSIONS.forEach((key, index) => {
        const cell = table.instruments[name].sessions[key];
        expect(model(name).halfSpreadBps(index, mode('p50'), 0)).to.equal(cell.halfSpreadBps.p50);
        expect(model(name).halfSpreadBps(index, mode('p90'), 0)).to.equal(cell.halfSpreadBps.p90);
        for (const rung of cell.slippageBps ?? []) {
          const p90 = model(name).slippageBps(index, mode('p90'), rung.notional, 0);
          expect(p90).to.be.closeTo(rung.p90, 0.01 * (rung.p90 + 0.01));
        }
      });
    }
  });

  it('samples measured again have the quantiles and the mean of the table', () => {
    const draws = 40_000;
    for (const name of shipped) {
      SESSIONS.forEach((key, index) => {
        const cell = table.instruments[name].sessions[key].halfSpreadBps;
        const samples = new WeightedSamples();
        for (let i = 0; i < draws; i++) {
          samples.push(model(name).halfSpreadBps(index, mode('sample'), (i + 0.5) / draws), 1);
        }
        const again = samples.summarize();
        // Between two quantiles of the table anything may lie; at them, draws 1/40000 apart see the next slope at most.
        for (let q = 1; q < 99; q++) {
          const slope = Math.max(cell.quantiles[q + 1] - cell.quantiles[q - 1], 1e-6);
          expect(again?.quantiles[q]).to.be.closeTo(cell.quantiles[q], 0.01 * slope + 1e-5);
        }
        expect(again?.tailMean).to.be.closeTo(cell.tailMean, 0.02 * (cell.tailMean + 1e-3));
      });
    }
  });

  it('the mean of draws is the measured mean, tails included', () => {
    // One in two hundred is fifty times the rest: a straight line from p99 to the maximum would double the tail.
    const values = Array.from({ length: 10_000 }, (_, i) => (i >= 9_950 ? 50 : 1 + i / 1e5));
    const entry = makeEntry({ spreads: values, slippage: { 1000: values } });
    const one = createExecutionModel({
      table: makeTable({ X: entry }),
      instrument: 'X',
      timeframeMs: HOUR_MS,
      config: config(),
    });
    let sum = 0;
    for (let i = 0; i < 100_000; i++) sum += one.halfSpreadBps(0, mode('sample'), (i + 0.5) / 100_000);
    const { mean } = distributionOf(values);
    expect(sum / 100_000).to.be.closeTo(mean, 0.02 * mean);
  });

  it('between two sizes slippage is linear in the logarithm, beyond the largest it is proportional', () => {
    const entry = makeEntry({ spreads: [1], slippage: { 1000: [1], 100_000: [3] } });
    const { slippageBps } = createExecutionModel({
      table: makeTable({ X: entry }),
      instrument: 'X',
      timeframeMs: HOUR_MS,
      config: config(),
    });
    const at = (size: number) => slippageBps(0, mode('p50'), size, 0);
    expect(at(0)).to.equal(1);
    expect(at(999)).to.equal(1);
    expect(at(10_000)).to.be.closeTo(2, 1e-4);
    expect(at(100_000)).to.equal(3);
    expect(at(250_000)).to.be.closeTo(7.5, 1e-9);
  });

  it('rates are spread over the bars of a year', () => {
    const { borrowRatePerBar, cashRatePerBar, takerFeeBps } = modelOf('EURUSD', {
      borrowRatePerYear: 0.365,
      cashRatePerYear: 0.1,
      takerFeeBps: 7,
    });
    expect(borrowRatePerBar * (YEAR_MS / HOUR_MS)).to.be.closeTo(0.365, 1e-12);
    expect(cashRatePerBar * (YEAR_MS / HOUR_MS)).to.be.closeTo(0.1, 1e-12);
    expect(takerFeeBps).to.equal(7);
  });

  it('latency is the measured one, else the assumed one, else none', () => {
    expect(modelOf('EURUSD').latencyMs(mode('sample'), 0.9)).to.equal(0);
    expect(modelOf('EURUSD', { assumedLatencyMs: 250 }).latencyMs(mode('sample'), 0.9)).to.equal(250);
    const latencyMs = { source: 'order times', ...distributionOf([100, 200, 300, 400]) };
    const entry = makeEntry({ spreads: [1], slippage: { 1000: [1] } }, { latencyMs });
    const measured = createExecutionModel({
      table: makeTable({ X: entry }),
      instrument: 'X',
      timeframeMs: HOUR_MS,
      config: config({ assumedLatencyMs: 1 }),
    });
    expect(measured.latencyMs(mode('p90'), 0)).to.equal(400);
    expect(measured.latencyMs(mode('none'), 0)).to.equal(0);
  });

  it('a synthetic market pays the costs of the instrument its config names', () => {
    const synthetic = modelOf('SYNTHETIC', { instrument: 'BTCUSDT' });
    expect(synthetic.halfSpreadBps(0, mode('p90'), 0)).to.equal(model('BTCUSDT').halfSpreadBps(0, mode('p90'), 0));
    expect(() => modelOf('SYNTHETIC')).to.throw(InputError, /unknown instrument/);
  });

  it('slippage that nobody measured is refused unless the config accepts fills at the quote', () => {
    expect(() => modelOf('EURUSD', { unmeasuredSlippage: 'refuse' })).to.throw(InputError, /never measured/);
    expect(modelOf('EURUSD').slippageBps(0, mode('p90'), 1e6, 0)).to.equal(0);
    expect(() => modelOf('BTCUSDT', { unmeasuredSlippage: 'refuse' })).not.to.throw();
  });

  it('negative fees and rates are refused', () => {
    for (const field of ['takerFeeBps', 'borrowRatePerYear', 'cashRatePerYear']) {
      expect(executionConfig.safeParse({ [field]: -1 }).success, field).to.equal(false);
      expect(executionConfig.safeParse({ [field]: 1 }).success, field).to.equal(true);
    }
  });
});
