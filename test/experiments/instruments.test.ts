import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Policy } from '../../agents/agent.ts';
import { createRng } from '../../core/rng.ts';
import { HOUR_MS } from '../../core/units.ts';
import { buildMarket, type Market } from '../../experiments/market.ts';
import { runConfig } from '../../experiments/runConfig.ts';
import { makeExecution } from '../../experiments/trainAgent.ts';
import { runBacktest } from '../../evaluation/backtest.ts';
import { checkLiveParity } from '../../live/parity.ts';
import type { Bars } from '../../market/data/bars.ts';
import { exportBars } from '../../market/data/exportBars.ts';
import { resampleBars } from '../../market/data/resampleBars.ts';
import { sessionOf } from '../../market/execution/combineExecution.ts';
import { COST_MODES } from '../../market/execution/executionModel.ts';
import { SESSIONS } from '../../market/sessions.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { windowRule } from '../live/liveWorlds.ts';
import { randomBars } from '../market/features/randomBars.ts';

const folder = temporaryFolder();
const BARS = 1200;

function write(name: string, bars: Bars): string {
  const path = join(folder, `${name}.csv`);
  exportBars(path, bars);
  return path;
}

const bitcoin = randomBars(createRng('btc'), BARS);
const BTC = { instrument: 'BTCUSDT', file: write('btc', bitcoin) };
const ETH = { instrument: 'ETHUSDT', file: write('eth', randomBars(createRng('eth'), BARS)) };

const day = (of: number) => new Date(Date.UTC(2024, 0, 1) + of * 24 * HOUR_MS).toISOString();

const configOf = (market: object, execution: object = {}) =>
  runConfig.parse({
    name: 'instruments',
    market: {
      kind: 'bars',
      split: {
        train: { from: day(0), to: day(25) },
        validation: { from: day(25), to: day(35) },
        test: { from: day(35), to: day(50) },
      },
      gaps: { kind: 'split', minBars: 60 },
      ...market,
    },
    features: [{ kind: 'logReturn' }, { kind: 'emaDistance', period: 5 }, { kind: 'rsi', period: 5 }],
    execution,
    window: 2,
    agents: [{ name: 'dqn', kind: 'dqn' }],
  });

const both = configOf({ ...BTC, instruments: [ETH] });
const build = (config = both): Promise<Market> => buildMarket(config, createRng(1));

/** In and out of the market every few bars. */
const pendulum: Policy = {
  name: 'pendulum',
  act({ row }, actions) {
    for (let env = 0; env < row.length; env++) actions[env] = Math.floor(row[env] / 5) % 3;
  },
};

describe('a run of several instruments', () => {
  it('walks each on paths of its own, its bars where they were in its file', async () => {
    const { paths, worlds, normalizer } = await build();
    expect(paths.train.map(({ name, instrument }) => [name, instrument])).to.deep.equal([
      ['train/BTCUSDT/0', 0],
      ['train/ETHUSDT/0', 1],
    ]);
    expect(worlds.instruments).to.deep.equal(['BTCUSDT', 'ETHUSDT']);
    const alone = await build(configOf(ETH));
    for (const part of ['train', 'validation', 'test'] as const) {
      const [own] = alone.paths[part];
      const [, { from, to }] = paths[part];
      expect([...worlds.bars.close.subarray(from, to)]).to.deep.equal([
        ...alone.worlds.bars.close.subarray(own.from, own.to),
      ]);
    }
    expect(normalizer.fittedRows).to.be.greaterThan(1.9 * alone.normalizer.fittedRows);
    expect(alone.paths.train[0].name).to.equal('train/0');
  });

  it('pays what each of them costs, and no less than any where an order does not say which it is of', async () => {
    const market = await build();
    const models = [await build(configOf(BTC)), await build(configOf(ETH))].map((own) => makeExecution(both, own));
    const combined = makeExecution(both, market);
    let differing = 0;
    COST_MODES.forEach((_, mode) => {
      SESSIONS.forEach((__, session) => {
        for (const u of [0.1, 0.5, 0.97]) {
          const spreads = models.map((model) => model.halfSpreadBps(session, mode, u));
          const slips = models.map((model) => model.slippageBps(session, mode, 50_000, u));
          if (spreads[0] !== spreads[1]) differing += 1;
          for (const i of [0, 1]) {
            expect(combined.halfSpreadBps(sessionOf(i, session), mode, u)).to.equal(spreads[i]);
            expect(combined.slippageBps(sessionOf(i, session), mode, 50_000, u)).to.equal(slips[i]);
          }
          const latencies = models.map((model) => model.latencyMs(mode, u));
          expect(combined.latencyMs(mode, u)).to.equal(Math.max(...latencies));
        }
      });
    });
    expect(differing).to.be.greaterThan(10);
  });

  it('has the ledger that each has alone', async () => {
    const market = await build();
    const alone = await build(configOf(ETH));
    const [own] = alone.paths.test;
    const [, path] = market.paths.test;
    const shift = path.from - own.from;
    const walk = async (of: Market, where: typeof path, policy: Policy) => {
      const [ledger] = await runBacktest({
        worlds: of.worlds,
        paths: [{ ...where, name: 'same luck' }],
        policy,
        execution: makeExecution(both, of),
        costMode: 'p90',
        targetWeights: [-1, 0, 1],
        startEquity: 10_000,
        rng: createRng(4),
      });
      return ledger.columns();
    };
    const shifted: Policy = {
      name: 'shifted',
      act: (batch, actions) => pendulum.act({ ...batch, row: batch.row.map((row) => row + shift) }, actions),
    };
    const [together, single] = [await walk(market, path, pendulum), await walk(alone, own, shifted)];
    expect(together.equity.length).to.be.greaterThan(300);
    expect([...together.equity]).to.deep.equal([...single.equity]);
    const asBitcoin = { ...market, worlds: { ...market.worlds, session: market.worlds.session.map((s) => s % 6) } };
    expect([...(await walk(asBitcoin, path, pendulum)).equity]).not.to.deep.equal([...single.equity]);
  });

  it('is replayed live on the first of them to the last bit', async () => {
    const market = await build();
    const { maxAbsDiff, bars } = await checkLiveParity({
      agent: 'rule',
      worlds: market.worlds,
      path: market.paths.test[0],
      loadPolicy: async (context) => windowRule(context),
      execution: makeExecution(both, market),
      costMode: 'sample',
      targetWeights: [-1, 0, 1],
      startEquity: 10_000,
      rng: createRng(1),
      featureSet: market.featureSet,
      normalizer: market.normalizer,
    });
    expect(bars).to.be.greaterThan(300);
    expect(maxAbsDiff).to.equal(0);
  });

  it('looks at companions beside each, and varies each', async () => {
    const companions = [{ name: 'BTC', file: BTC.file }];
    const market = await build(configOf({ ...BTC, instruments: [ETH], companions, augment: [{ kind: 'jitter' }] }));
    expect(market.paths.train.map(({ instrument }) => instrument)).to.deep.equal([0, 1, 0, 1]);
    const [, , , { from }] = market.paths.train;
    expect(market.worlds.session[from]).to.be.at.least(SESSIONS.length);
    expect(market.worlds.bars.companions?.[0].name).to.equal('BTC');
  });

  it('is refused where they differ in timeframe or name, and with venues or market impact', async () => {
    const { bars: slow } = resampleBars(bitcoin, { timeframeMs: HOUR_MS, to: 4 * HOUR_MS });
    const slower = { instrument: 'ETHUSDT', file: write('slow', slow) };
    expect(await refusal(() => build(configOf({ ...BTC, instruments: [slower] })))).to.contain('one timeframe');
    expect(await refusal(() => build(configOf({ ...BTC, instruments: [BTC] })))).to.contain('same instrument twice');
    const impact = configOf({ ...BTC, instruments: [ETH] }, { impact: { coefficient: 1 } });
    const market = await build(impact);
    expect(await refusal(() => makeExecution(impact, market))).to.contain('venues and market impact');
  });
});
