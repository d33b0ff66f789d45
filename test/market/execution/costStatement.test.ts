import { expect } from 'chai';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../core/units.ts';
import { combineExecution } from '../../../market/execution/combineExecution.ts';
import { COST_PARTS, stateCosts, type CostPart } from '../../../market/execution/costStatement.ts';
import { createExecutionModel } from '../../../market/execution/createExecutionModel.ts';
import { loadExecutionTable } from '../../../market/execution/loadExecutionTable.ts';
import { config, distributionOf, makeEntry, makeTable, SHIPPED } from './fixtures.ts';

const table = loadExecutionTable(SHIPPED);

function state(instrument: string, values: Parameters<typeof config>[0] = {}, of = table) {
  const statement = stateCosts({ table: of, instrument, config: config(values) });
  const part = (name: CostPart['part']) => {
    const found = statement.parts.find(({ part: one }) => one === name);
    if (found === undefined) throw new RangeError(name);
    return found;
  };
  return { statement, part };
}

describe('the statement of costs', () => {
  it('has every part once, and is carried by the model that charges them', () => {
    const options = { table, instrument: 'BTCUSDT', timeframeMs: HOUR_MS, config: config() };
    const { statements } = createExecutionModel(options);
    expect(statements).to.deep.equal([state('BTCUSDT').statement]);
    expect(statements?.[0].parts.map(({ part }) => part)).to.deep.equal([...COST_PARTS]);
    const eth = createExecutionModel({ ...options, instrument: 'ETHUSDT' });
    expect(
      combineExecution([createExecutionModel(options), eth]).statements?.map(({ costsOf }) => costsOf),
    ).to.deep.equal(['BTCUSDT', 'ETHUSDT']);
    const fees = { takerFeeBps: 1, makerFeeBps: 1 };
    const venues = [
      { name: 'perp', instrument: 'BTCUSDT', ...fees },
      { name: 'spot', instrument: 'BTCUSDT@bybit-spot', ...fees },
    ];
    const routed = createExecutionModel({ ...options, config: config({ venues }) });
    expect(routed.statements?.map(({ instrument, venue }) => `${instrument} ${venue}`)).to.deep.equal([
      'BTCUSDT binance-perp',
      'BTCUSDT bybit-spot',
    ]);
    expect(routed.statements?.[1].parts.find(({ part }) => part === 'fees')?.detail).to.contain('taker 1 bps');
  });

  it('says on which instrument, when, and with how many samples', () => {
    const { statement, part } = state('EURUSD', { unmeasuredSlippage: 'zero' });
    expect(statement).to.include({ instrument: 'EURUSD', costsOf: 'EURUSD', venue: 'oanda' });
    expect(statement.table.created).to.equal(table.created);
    expect(part('halfSpread')).to.include({
      basis: 'measured',
      samples: 368_516,
      from: '2007-01-01T21:00:00.000Z',
      to: '2014-12-31T19:00:00.000Z',
    });
    expect(part('halfSpread').sessions).to.have.length(6);
  });

  it('says where slippage is taken to be zero, or is that of other instruments', () => {
    expect(state('EURUSD', { unmeasuredSlippage: 'zero' }).part('slippage')).to.deep.include({
      basis: 'none',
      samples: null,
      from: null,
      detail: 'no order book was recorded: taken to be zero',
    });
    const spot = state('BTCUSDT@bybit-spot').part('slippage');
    expect(spot).to.include({ basis: 'assetClass', samples: null, from: null });
    expect(spot.detail).to.contain('its asset class crypto (BTCUSDT, ETHUSDT)').and.to.contain('50 % of the books');
  });

  it('says where another instrument lends its costs', () => {
    const { statement } = state('GBPUSD', { instrument: 'EURUSD', unmeasuredSlippage: 'zero' });
    expect(statement).to.include({ instrument: 'GBPUSD', costsOf: 'EURUSD' });
  });

  it('counts the sessions that have samples: eleven minutes at midnight stand for all of BTCUSDT', () => {
    const { part } = state('BTCUSDT');
    expect(part('halfSpread')).to.deep.include({ basis: 'partly', sessions: ['offHours'], samples: 34_245 });
    expect(part('halfSpread').detail).to.contain(
      'tokyo, london, newYork, tokyoLondon, londonNewYork had too few samples',
    );
    expect(part('slippage')).to.deep.include({ basis: 'partly', sessions: ['offHours'], samples: 688 });
    expect(part('slippage').detail).to.contain('orders up to 5,000,000');
  });

  it('tells measured, assumed and absent latency, fill ratio and impact apart', () => {
    const plain = state('BTCUSDT');
    expect(plain.part('latency').basis).to.equal('none');
    expect(plain.part('fillRatio').basis).to.equal('none');
    expect(plain.part('impact'), 'in the table, not asked for').to.include({ basis: 'off', samples: null });
    expect(state('SPY', { unmeasuredSlippage: 'zero' }).part('impact').basis).to.equal('none');
    const impact = { coefficient: null, spanBars: 24 };
    expect(state('BTCUSDT', { impact }).part('impact')).to.include({ basis: 'measured', samples: 342 });
    const assumed = state('BTCUSDT', { impact: { ...impact, coefficient: 1 }, assumedLatencyMs: 80 });
    expect(assumed.part('impact').basis).to.equal('assumed');
    expect(assumed.part('latency')).to.include({ basis: 'assumed', samples: null });
    const orders = { ...distributionOf([10, 20, 30]), source: 'fills.csv' };
    const entry = makeEntry({ spreads: [1, 2], slippage: { 1000: [1, 2] } }, { latencyMs: orders });
    const own = state('X', { assumedLatencyMs: 80 }, makeTable({ X: entry }));
    expect(own.part('latency')).to.include({ basis: 'measured', samples: 3 });
    expect(own.part('fees')).to.include({ basis: 'config', samples: null });
    expect(own.part('interest').detail).to.equal('borrowing 3 % and credit 6 % a year');
  });
});
