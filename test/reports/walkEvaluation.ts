import { createRng, type Rng } from '../../core/rng.ts';
import { RngColumns } from '../../core/rngColumns.ts';
import { mean, normalCdf, standardDeviation } from '../../core/statistics.ts';
import { HOUR_MS } from '../../core/units.ts';
import { Accounts } from '../../envs/account.ts';
import { figuresOf } from '../../envs/accountFigures.ts';
import { Ledger } from '../../envs/ledger.ts';
import type {
  Evaluation,
  Judged,
  JudgedAgent,
  PairedComparison,
  PathSample,
  Performance,
} from '../../evaluation/evaluation.ts';
import { computePerformance, computePerRegime } from '../../evaluation/metrics.ts';
import { drawdowns, logGrowth, pool } from '../../evaluation/returns.ts';
import { stateCosts } from '../../market/execution/costStatement.ts';
import type { ExecutionModel } from '../../market/execution/executionModel.ts';
import { loadExecutionTable } from '../../market/execution/loadExecutionTable.ts';
import { REGIMES } from '../../market/regimes/regime.ts';
import { config, SHIPPED } from '../market/execution/fixtures.ts';

const COSTS = config({ instrument: 'BTCUSDT' });
const BARS = 480;
const PATHS = 6;
const BARS_PER_YEAR = 8766;
const START_EQUITY = 10_000;
const FIRST_CLOSE_MS = Date.UTC(2024, 0, 8);
const SAMPLED = 0;
const P90 = 2;

interface WalkedPath {
  readonly close: Float64Array;
  readonly regime: Uint8Array;
}

type Rule = (path: WalkedPath, bar: number, rng: Rng) => number;

/** Costs that depend on the mode as a measured model's do: p90 is dearer than the typical draw. */
const EXECUTION: ExecutionModel = {
  halfSpreadBps: (_session, mode, u) => (mode === P90 ? 1.2 : 0.3 + 0.6 * u),
  slippageBps: (_session, mode, notional, u) => (mode === P90 ? 1.5 : 0.2 + u) * Math.sqrt(notional / START_EQUITY),
  latencyMs: () => 20,
  latencyBudgetMs: 250,
  takerFeeBps: 2,
  makerFeeBps: 2,
  borrowRatePerBar: 1e-6,
  cashRatePerBar: 1e-6,
};

const RULES: Readonly<Record<string, Rule>> = {
  dqn: ({ close }, bar) => (bar < 30 ? 0 : Math.sign(close[bar] - close[bar - 30])),
  ppo: ({ close }, bar) => (bar < 12 ? 0 : close[bar] > close[bar - 12] ? 1 : 0),
  buyAndHold: () => 1,
  flat: () => 0,
  'random (dqn)': (_path, bar, rng) => (bar % 12 === 0 ? rng.int(3) - 1 : NaN),
  'random (ppo)': (_path, bar, rng) => (bar % 8 === 0 ? rng.int(2) : NaN),
};

/** An evaluation of rules that traded real accounts on random walks: every number in it was earned or paid. */
export function walkEvaluation(seed: number, promoted: string | null = 'dqn'): Evaluation {
  const rng = createRng(seed);
  const paths = Array.from({ length: PATHS }, (_, p) => walk(rng.fork(`path${p}`)));
  const books = Object.fromEntries(
    Object.entries(RULES).map(([name, rule]) => [
      name,
      [SAMPLED, P90].map((mode) => trade(name, rule, { paths, mode, rng })),
    ]),
  );
  const perform = (name: string, stress: 0 | 1): Performance => computePerformance(books[name][stress], BARS_PER_YEAR);
  const judge = (name: string): Judged & { stressed: Performance } => ({
    name,
    test: perform(name, 0),
    stressed: perform(name, 1),
    perRegime: computePerRegime(books[name][0], BARS_PER_YEAR),
  });
  const judgeAgent = (name: string): JudgedAgent => {
    const judged = judge(name);
    const comparisons = ['buyAndHold', 'flat', 'random'].map((other) =>
      compare(books[name][0], books[other === 'random' ? `random (${name})` : other][0], other),
    );
    const excess = comparisons[0].lowerBps;
    const sharpe = judged.test.sharpe;
    const isPromoted = name === promoted;
    return {
      ...judged,
      kind: name,
      weightsHash: 'a1b2c3d4e5f6',
      comparisons,
      deflatedSharpe: isPromoted ? 0.97 : null,
      gates: [
        {
          name: 'excessOverBuyAndHold',
          value: excess,
          limit: isPromoted ? excess - 1 : 0.25,
          passed: isPromoted,
          reason: `Asked for a lower bound above 0.25 bps a bar over buy-and-hold, found ${excess.toFixed(2)}.`,
        },
        {
          name: 'minSharpe',
          value: sharpe,
          limit: -10,
          passed: true,
          reason: `Asked for a Sharpe of at least -10, found ${sharpe?.toFixed(2)}.`,
        },
        {
          name: 'deflatedSharpe',
          value: isPromoted ? 0.97 : null,
          limit: 0.95,
          passed: isPromoted,
          reason: 'Asked for 0.95 after 14 trials.',
        },
        {
          name: 'maxDrawdown',
          value: judged.test.maxDrawdown,
          limit: -0.9,
          passed: true,
          reason: 'Asked for no fall below 90 %.',
        },
      ],
      promoted: isPromoted,
    };
  };
  return {
    instrument: 'SYNTH',
    timeframeMs: HOUR_MS,
    barsPerYear: BARS_PER_YEAR,
    costs: [stateCosts({ table: loadExecutionTable(SHIPPED), instrument: 'SYNTH', config: COSTS })],
    calendar: { name: 'always', barsPerYear: BARS_PER_YEAR, description: '24 hours a day, 7 days a week' },
    trials: 14,
    trialSharpeVariance: 1e-4,
    startEquity: START_EQUITY,
    agents: ['dqn', 'ppo'].map(judgeAgent),
    benchmarks: [
      ...['buyAndHold', 'flat'].map(judge),
      ...['dqn', 'ppo'].map((agent) => ({ ...judge(`random (${agent})`), matchedTo: agent, lives: 8 })),
    ],
    curves: Object.keys(RULES).map((name) => curveOf(name, books[name][0])),
    samples: ['dqn', 'ppo'].map((agent) => sampleOf(agent, books[agent][0][0])),
    liveParity: { agent: 'dqn', path: 'path0', bars: BARS - 1, maxAbsEquityDiff: 0 },
  };
}

/** Drift by regime, changing every 80 bars. */
function walk(rng: Rng): WalkedPath {
  const drift = [0.0012, -0.0012, 0, 0];
  const close = new Float64Array(BARS).fill(100);
  const regime = new Uint8Array(BARS);
  for (let bar = 1; bar < BARS; bar++) {
    regime[bar] = bar % 80 === 1 ? rng.int(REGIMES.length) : regime[bar - 1];
    close[bar] = close[bar - 1] * Math.exp(drift[regime[bar]] + (regime[bar] === 3 ? 0.001 : 0.005) * rng.normal());
  }
  return { close, regime };
}

function trade(
  name: string,
  rule: Rule,
  { paths, mode, rng }: { paths: readonly WalkedPath[]; mode: number; rng: Rng },
): Ledger[] {
  return paths.map((path, p) => {
    const { close, regime } = path;
    const open = close.map((_, bar) => close[Math.max(0, bar - 1)]);
    const accounts = new Accounts({
      count: 1,
      startEquity: START_EQUITY,
      execution: EXECUTION,
      prices: { open, close, session: new Uint8Array(BARS) },
      streams: new RngColumns([`${rng.path}/path${p}/fills`]),
    });
    const luck = rng.fork(`${name}${p}`);
    const ledger = new Ledger(`path${p}`, START_EQUITY);
    accounts.open(0, mode, close[0]);
    let target = 0;
    for (let bar = 1; bar < BARS; bar++) {
      const decided = rule(path, bar - 1, luck);
      target = Number.isNaN(decided) ? target : decided;
      accounts.stepBar(0, target, bar);
      ledger.append({
        closeTimeMs: FIRST_CLOSE_MS + bar * HOUR_MS,
        close: close[bar],
        row: bar,
        ...figuresOf(accounts, 0),
        regime: regime[bar],
      });
    }
    return ledger;
  });
}

function compare(own: readonly Ledger[], other: readonly Ledger[], benchmark: string): PairedComparison {
  const theirs = pool(other.map(logGrowth));
  const excess = pool(own.map(logGrowth)).map((growth, bar) => 1e4 * (growth - theirs[bar]));
  const center = mean(excess) ?? 0;
  const error = (standardDeviation(excess) ?? 0) / Math.sqrt(excess.length);
  return {
    benchmark,
    bars: excess.length,
    differingBars: excess.length,
    meanExcessBps: center,
    lowerBps: center - 1.645 * error,
    upperBps: center + 1.645 * error,
    confidence: 0.9,
    probabilityNotBetter: normalCdf(-center / error),
    resampling: { unit: 'blocks', blockBars: 1, units: excess.length, stream: String(benchmark) },
  };
}

function curveOf(name: string, ledgers: readonly Ledger[]): Evaluation['curves'][number] {
  const columns = ledgers.map((ledger) => ledger.columns());
  const equity = Array.from(
    columns[0].equity,
    (_, bar) => columns.reduce((sum, own) => sum + own.equity[bar], 0) / ledgers.length,
  );
  const falls = ledgers.map(drawdowns);
  const drawdown = equity.map((_, bar) => falls.reduce((sum, own) => sum + own[bar], 0) / ledgers.length);
  return { name, timeMs: [...columns[0].closeTimeMs], equity, drawdown };
}

function sampleOf(agent: string, ledger: Ledger): PathSample {
  const { closeTimeMs, close, quantity, equity, regime } = ledger.columns();
  return {
    agent,
    path: ledger.path,
    timeMs: [...closeTimeMs],
    close: [...close],
    position: Array.from(quantity, (units, bar) => (units * close[bar]) / equity[bar]),
    equity: [...equity],
    regime: [...regime],
  };
}

/** Curves of two learners that get better and less wrong, with the noise of learning. */
export function walkLearning(
  seed: number,
): { agent: string; points: { step: number; metrics: Record<string, number> }[] }[] {
  return ['dqn', 'ppo'].map((agent, a) => {
    const rng = createRng(seed).fork(agent);
    let level = -0.02;
    const points = Array.from({ length: 300 }, (_, i) => {
      level += 0.0004 * (1 - i / 400) + 0.002 * rng.normal();
      const shared = { 'episode/return': level, 'perf/stepsPerSecond': 9000 + 900 * rng.next() };
      const own =
        a === 0
          ? { 'loss/td': 0.4 * Math.exp(-i / 90) + 0.02 * rng.next() }
          : { 'loss/policy': -0.01 * rng.next(), 'loss/value': Math.exp(-i / 80), 'train/approxKl': 0.01 * rng.next() };
      return { step: (i + 1) * 512, metrics: { ...shared, ...own } };
    });
    return { agent, points };
  });
}
