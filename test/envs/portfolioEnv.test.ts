import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { randomWalkWorlds } from '../../bench/randomWalkWorlds.ts';
import { createRng } from '../../core/rng.ts';
import { RngColumns } from '../../core/rngColumns.ts';
import { createCurriculum } from '../../curricula/curriculum.ts';
import { PortfolioAccounts } from '../../envs/portfolioAccounts.ts';
import { PortfolioEnv, type PortfolioEnvOptions } from '../../envs/portfolioEnv.ts';
import { limitWeights, weightGrid } from '../../envs/portfolioWeights.ts';
import { alignWorlds } from '../../envs/portfolioWorlds.ts';
import { tradingConfig } from '../../envs/tradingConfig.ts';
import { sliceBars } from '../../market/data/bars.ts';
import { COST_MODES, type ExecutionModel } from '../../market/execution/executionModel.ts';
import type { Worlds } from '../../market/worlds.ts';
import { logGrowth } from '../../rewards/terms.ts';
import { testVectorEnvContract } from '../contracts/vectorEnvContract.ts';
import { constantExecution, drawnExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { liveBars } from '../helpers/singleAccount.ts';

const STAGES = [{ name: 'all', regimes: null, costs: 'sample', share: 1 }] as const;
const walks = (seeds: readonly number[], options = {}): Worlds[] =>
  seeds.map((seed) => ({ ...randomWalkWorlds({ seed, barsPerPath: 120, ...options }), instrument: `PAIR${seed}` }));
const joint = alignWorlds(walks([1, 2, 3], { volatility: 0.08 }));

function portfolioEnv(seed: number, numEnvs: number, options: Partial<PortfolioEnvOptions> = {}): PortfolioEnv {
  const worlds = options.worlds ?? joint;
  const ground = { ...randomWalkWorlds({ barsPerPath: 120 }), paths: worlds.paths, warmupBars: worlds.warmupBars };
  return new PortfolioEnv({
    worlds,
    numEnvs,
    source: createCurriculum({ stages: STAGES, episodeBars: 30, worlds: ground }),
    executions: [drawnExecution(), drawnExecution({ halfSpreadBps: 9 }), drawnExecution({ takerFeeBps: 1 })],
    reward: logGrowth,
    targetWeights: weightGrid([-1, 0, 1], 3),
    startEquity: 10_000,
    rng: createRng(seed),
    ...options,
  });
}

/** One account over hand-written opens and closes, (bars)(instruments). */
function account(
  open: readonly (readonly number[])[],
  close: readonly (readonly number[])[],
  executions: readonly ExecutionModel[],
  costs: (typeof COST_MODES)[number] = 'sample',
) {
  const accounts = new PortfolioAccounts({
    count: 1,
    startEquity: 1000,
    executions,
    prices: {
      open: Float64Array.from(open.flat()),
      close: Float64Array.from(close.flat()),
      session: new Uint8Array(open.length),
    },
    streams: new RngColumns(executions.map((_, k) => `1/${k}`)),
  });
  accounts.open(0, COST_MODES.indexOf(costs));
  return accounts;
}

testVectorEnvContract('portfolio env', (seed, numEnvs) => portfolioEnv(seed, numEnvs));
testVectorEnvContract('levered portfolio env that is often ruined', (seed, numEnvs) =>
  portfolioEnv(seed, numEnvs, { targetWeights: weightGrid([-4, 0, 4], 3) }),
);

testVectorEnvContract('portfolio env under every rule', (seed, numEnvs) =>
  portfolioEnv(seed, numEnvs, {
    trading: tradingConfig.parse({
      sizing: { kind: 'volatilityTarget', volatilityPerBar: 0.05, spanBars: 8 },
      limits: { maxTurnoverPerBar: 0.5 },
      stopLoss: 0.1,
      takeProfit: 0.1,
      margin: { maintenance: 0.3 },
      fundingRatePerBar: 1e-4,
    }),
  }),
);

describe('portfolio accounts', () => {
  const price = fc.double({ min: 0.6, max: 1.6, noNaN: true });
  const weight = fc.constantFrom(-1.5, -0.5, 0, 0.3, 1, 2);
  const bar = fc.record({
    open: fc.tuple(price, price),
    close: fc.tuple(price, price),
    weights: fc.tuple(weight, weight),
  });
  const rates = fc.record({
    halfSpreadBps: fc.constantFrom(0, 10, 80),
    slippageBps: fc.constantFrom(0, 20),
    takerFeeBps: fc.constantFrom(0, 30),
    borrowRatePerBar: fc.constantFrom(0, 0.001),
    cashRatePerBar: fc.constantFrom(0, 0.002),
  });

  it('conserve: start + price gains - costs = equity = cash + sum of quantity * mark, to 1e-9', () => {
    fc.assert(
      fc.property(fc.array(bar, { minLength: 1, maxLength: 25 }), rates, (bars, costs) => {
        const a = account(
          bars.map(({ open }) => open),
          bars.map(({ close }) => close),
          [drawnExecution(costs), constantExecution({ ...costs, halfSpreadBps: 5 })],
        );
        let [booked, turned] = [1000, 1000];
        let mark: readonly number[] = [1, 1];
        for (const [row, { open, close, weights }] of bars.entries()) {
          const before = [...a.quantity];
          a.stepBar(0, Float64Array.from(weights), 0, row);
          if (a.ruined[0] === 1) return;
          const costsPaid = a.feeCost[0] + a.spreadCost[0] + a.slippageCost[0] + a.interestCost[0];
          for (let k = 0; k < 2; k++) {
            const gain = before[k] * (open[k] - mark[k]) + a.quantity[k] * (close[k] - open[k]);
            booked += gain;
            turned += Math.abs(gain);
          }
          booked -= costsPaid;
          turned += a.tradedNotional[0];
          mark = close;
          const worth = a.cash[0] + a.quantity[0] * close[0] + a.quantity[1] * close[1];
          expect(Math.abs(booked - a.equity[0]) / turned).to.be.below(1e-9);
          expect(Math.abs(worth - a.equity[0]) / turned).to.be.below(1e-12);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('hold exactly the weights asked for, of equity after the costs of all trades', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(weight, weight), { minLength: 1, maxLength: 8 }), (asked) => {
        const flat = asked.map(() => [100, 50]);
        const a = account(flat, flat, [
          constantExecution({ halfSpreadBps: 40, takerFeeBps: 10 }),
          constantExecution({ slippageBps: 90 }),
        ]);
        let last = [0, 0];
        asked.forEach((weights, row) => {
          a.stepBar(0, Float64Array.from(weights), 0, row);
          if (a.ruined[0] === 1) return;
          weights.forEach((target, k) => {
            if (target === last[k]) return;
            expect(a.quantity[k] * flat[row][k]).to.be.closeTo(target * a.equity[0], 1e-8);
          });
          last = [...weights];
        });
      }),
      { numRuns: 500 },
    );
  });

  it('with one instrument, are the single account', () => {
    const rng = createRng(3);
    const bars = Array.from({ length: 60 }, () => {
      const open = 100 * Math.exp(0.05 * rng.normal());
      return { open, close: open * Math.exp(0.05 * rng.normal()), weight: [-1, 0, 0.5, 1, 2][rng.int(5)] };
    });
    const execution = drawnExecution();
    const a = account(
      bars.map(({ open }) => [open]),
      bars.map(({ close }) => [close]),
      [execution],
    );
    bars.forEach((b, row) => a.stepBar(0, Float64Array.of(b.weight), 0, row));
    const single = liveBars(bars, { execution, streams: new RngColumns(['1/0']) });
    expect(a.equity[0]).to.be.closeTo(single.equity[0], 1e-9 * single.equity[0]);
    expect(a.quantity[0]).to.be.closeTo(single.quantity[0], 1e-9);
  });

  it('trade an instrument only when its own weight changes, and charge every short', () => {
    const flat = [
      [100, 100],
      [120, 100],
      [120, 100],
    ];
    const a = account(flat, flat, [constantExecution(), constantExecution({ borrowRatePerBar: 0.01 })]);
    a.stepBar(0, Float64Array.of(0.5, -0.5), 0, 0);
    expect(a.interestCost[0]).to.be.closeTo(5, 1e-9);
    const kept = a.quantity[0];
    a.stepBar(0, Float64Array.of(0.5, 0), 0, 1);
    expect(a.quantity[0]).to.equal(kept);
    expect(a.tradedNotional[0]).to.be.closeTo(500, 1e-9);
  });
});

describe('portfolio worlds and weights', () => {
  it('a hedge brings the net exposure into its band, a gross limit scales, and both hold for every action', () => {
    const [low, high] = [-0.1, 0.1];
    for (const row of weightGrid([-1, 0, 1], 4)) {
      const limited = limitWeights(row, { netBand: [low, high], maxGross: 1.5 });
      const net = limited.reduce((sum, weight) => sum + weight, 0);
      expect(net).to.be.within(low - 1e-12, high + 1e-12);
      expect(limited.reduce((sum, weight) => sum + Math.abs(weight), 0)).to.be.at.most(1.5 + 1e-12);
    }
    expect(limitWeights([1, -1], { netBand: [0, 0] })).to.deep.equal([1, -1]);
    expect(limitWeights([1, 0], { netBand: [0, 0] })).to.deep.equal([0.5, -0.5]);
  });

  it('a hedged portfolio does not feel the market that both of its legs share', () => {
    const [world] = walks([9], { volatility: 0.05 });
    const twins = alignWorlds([world, { ...world, instrument: 'TWIN' }]);
    const env = portfolioEnv(1, 1, {
      worlds: twins,
      executions: [constantExecution(), constantExecution()],
      targetWeights: [
        [0, 0],
        [1, 0],
      ],
      limits: { netBand: [0, 0] },
    });
    env.reset();
    for (let t = 0; t < 20; t++) env.step(Int32Array.of(1));
    expect(env.accounts.equity[0]).to.be.closeTo(10_000, 1e-6);
    expect(Math.abs(env.accounts.quantity[0])).to.be.above(1);
  });

  it('bars are joined by time: what one instrument lacks is left out of all', () => {
    const [a, b] = walks([1, 2], { paths: 1 });
    const late = {
      ...b,
      bars: sliceBars(b.bars, 10, 120),
      session: b.session.subarray(10),
      paths: [{ ...b.paths[0], to: 110 }],
      context: { ...b.context, matrix: b.context.matrix.subarray(10 * b.context.features), rows: 110 },
    };
    const world = alignWorlds([a, late]);
    expect(world.paths[0].to).to.equal(110);
    expect(world.openTimeMs[0]).to.equal(a.bars.openTimeMs[10]);
    expect([world.close[0], world.close[1]]).to.deep.equal([a.bars.close[10], b.bars.close[10]]);
    expect(world.context.features).to.equal(a.context.features + b.context.features);
    expect([...world.context.matrix.subarray(0, 4)]).to.deep.equal([...a.context.matrix.subarray(40, 44)]);
  });

  it('refuses worlds, weights and bands that do not fit', async () => {
    const [a, b] = walks([1, 2]);
    expect(await refusal(() => alignWorlds([a, a]))).to.contain('each instrument once');
    expect(await refusal(() => alignWorlds([a, { ...b, paths: b.paths.slice(1) }]))).to.contain('as many paths');
    const never = { ...b, bars: { ...b.bars, openTimeMs: b.bars.openTimeMs.map((time) => time + 1) } };
    expect(await refusal(() => alignWorlds([a, never]))).to.contain('too few bars');
    expect(await refusal(() => portfolioEnv(1, 1, { targetWeights: [[1, 0]] }))).to.contain('rows of 3');
    expect(await refusal(() => portfolioEnv(1, 1, { executions: [] }))).to.contain('executions');
    expect(await refusal(() => limitWeights([1], { netBand: [0.1, 1] }))).to.contain('leaves out cash');
    const called = tradingConfig.parse({ margin: { maintenance: 0.4 } });
    expect(await refusal(() => portfolioEnv(1, 1, { trading: called }))).to.contain('largest gross exposure');
    const env = portfolioEnv(1, 1);
    expect(await refusal(() => env.step(Int32Array.of(0)))).to.contain('before reset');
    env.reset();
    expect(await refusal(() => env.step(Int32Array.of(27)))).to.contain('below 27');
  });
});
