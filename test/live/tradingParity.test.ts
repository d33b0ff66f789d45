import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { tradingConfig } from '../../envs/tradingConfig.ts';
import { checkLiveParity } from '../../live/parity.ts';
import { PaperBroker } from '../../live/paperBroker.ts';
import { barAt } from '../../market/data/bar.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';
import { liveWorlds, windowRule } from './liveWorlds.ts';

/** Orders move the price and fill in parts; one venue is cheap for small orders, the other for large ones. */
const DESK = {
  impact: { coefficient: 0.4, measuredUnit: NaN, spanBars: 24 },
  venues: [
    { name: 'near', costs: drawnExecution({ halfSpreadBps: 1, slippageBps: 3 }) },
    { name: 'deep', costs: drawnExecution({ halfSpreadBps: 4, slippageBps: 0.5 }) },
  ],
} as const;

const RULES = {
  volatilityTarget: { sizing: { kind: 'volatilityTarget', volatilityPerBar: 0.01 } },
  kellyCapped: { sizing: { kind: 'kellyCapped' }, rebalanceBand: 0.1 },
  exits: { stopLoss: 0.01, takeProfit: 0.015 },
  limits: { limits: { maxWeight: 0.8, maxNotional: 9000, maxTurnoverPerBar: 0.5 } },
  liquidation: {
    sizing: { kind: 'fixedFraction', fraction: 9 },
    margin: { maintenance: 0.1 },
    fundingRatePerBar: 1e-4,
  },
  patience: { order: { kind: 'limit', offsetBps: 20, timeInForce: 'bars', bars: 4, onExpiry: 'market' } },
  restingExits: {
    order: { kind: 'limit', offsetBps: 30, timeInForce: 'day', exits: 'resting' },
    partialFills: { maxShareOfVolume: 0.01 },
    takeProfit: 0.01,
    stopLoss: 0.01,
  },
  stops: { order: { kind: 'stop', offsetBps: 10, timeInForce: 'ioc', onExpiry: 'market' } },
  slices: { slicing: { sliceAbove: 3000, bars: 4 }, partialFills: { maxShareOfVolume: 0.01 } },
  autoSlices: { slicing: { sliceAbove: 3000 }, limits: { maxTurnoverPerBar: 0.7 } },
} as const;

describe('live parity under trading rules', () => {
  for (const [name, rules] of Object.entries(RULES)) {
    it(`${name}: training, backtest and paper are one account, to the last bit`, async () => {
      const { worlds, featureSet, normalizer } = liveWorlds(3);
      const walk = (trading: unknown) =>
        checkLiveParity({
          agent: 'rule',
          worlds,
          path: worlds.paths[1],
          loadPolicy: async (context) => windowRule(context),
          execution: { ...drawnExecution(), ...DESK },
          costMode: 'sample',
          targetWeights: [-1, 0, 1],
          trading: tradingConfig.parse(trading),
          startEquity: 10_000,
          rng: createRng(3).fork('judge'),
          featureSet,
          normalizer,
        });
      const { maxAbsDiff, live } = await walk(rules);
      expect(maxAbsDiff).to.equal(0);
      const plain = await walk({});
      expect([...live.columns().equity], 'the rules do something').to.not.deep.equal([...plain.live.columns().equity]);
    });
  }

  const STATEFUL = {
    rules: {
      sizing: { kind: 'volatilityTarget', volatilityPerBar: 0.01, spanBars: 16 },
      limits: { maxTurnoverPerBar: 0.2 },
      stopLoss: 0.02,
    },
    'a resting limit': { order: { kind: 'limit', offsetBps: 200, timeInForce: 'bars', bars: 6, onExpiry: 'market' } },
    'slices in parts': { slicing: { sliceAbove: 100, bars: 9 }, partialFills: { maxShareOfVolume: 0.01 } },
  };

  for (const [name, trading] of Object.entries(STATEFUL)) {
    it(`a paper account restored between bars goes on bit for bit: ${name}`, () => {
      const { worlds } = liveWorlds(4);
      const broker = () =>
        new PaperBroker({
          timeframeMs: worlds.timeframeMs,
          execution: { ...drawnExecution(), ...DESK },
          costMode: 'sample',
          startEquity: 10_000,
          rng: createRng(1),
          streamName: 'paper',
          trading: tradingConfig.parse(trading),
        });
      const live = (account: PaperBroker, from: number, to: number) => {
        let pending = 0;
        for (let row = from; row < to; row++) {
          if (row % 7 === 3) {
            const targetWeight = (row % 3) - 1;
            account.submit({ id: row, decidedAtMs: 0, targetWeight, side: 'buy', quantity: 1 });
          }
          pending += Math.abs(account.settle(barAt(worlds.bars, row)).pendingQuantity);
        }
        return pending;
      };
      const whole = broker();
      live(whole, 0, 45);
      const resumed = broker();
      resumed.restore(whole.save());
      const pending = live(whole, 45, 120);
      live(resumed, 45, 120);
      expect(resumed.save()).to.deep.equal(whole.save());
      if (name !== 'rules') expect(pending, 'orders were at work').to.be.above(0);
    });
  }
});
