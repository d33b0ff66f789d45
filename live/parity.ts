/** Law 7, checked: a path replayed bar by bar through the live runner gives the ledger that the backtest wrote. */

import type { Policy } from '../agents/agent.ts';
import { ManualClock } from '../core/clock.ts';
import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import type { Context } from '../core/spec.ts';
import { LEDGER_COLUMNS, type Ledger, type LedgerColumn } from '../envs/ledger.ts';
import type { TargetWeights } from '../envs/targetWeights.ts';
import type { TradingConfig } from '../envs/tradingConfig.ts';
import { runBacktest } from '../evaluation/backtest.ts';
import type { LiveParity } from '../evaluation/evaluation.ts';
import type { CostMode, ExecutionModel } from '../market/execution/executionModel.ts';
import { ContextStream } from '../market/features/contextStream.ts';
import type { FeatureSet } from '../market/features/featureSet.ts';
import type { Normalizer } from '../market/features/normalizer.ts';
import type { Path, Worlds } from '../market/worlds.ts';
import { replayFeed } from './feed.ts';
import { PaperBroker } from './paperBroker.ts';
import { NO_RULES } from './rules.ts';
import { runLive } from './runner.ts';

export interface ParityOptions {
  readonly agent: string;
  readonly worlds: Worlds;
  readonly path: Path;
  /** Makes the policy on a context: once on the worlds' own, once on that of the live stream. */
  readonly loadPolicy: (context: Context) => Promise<Policy & { dispose?(): void }>;
  readonly execution: ExecutionModel;
  readonly costMode: CostMode;
  readonly targetWeights: TargetWeights;
  /** Sizing, limits, exits, margin, funding; what an action asks for is what is held where absent. */
  readonly trading?: TradingConfig;
  /** Quote currency. */
  readonly startEquity: number;
  /** The backtest's own: both draw their fills from `<rng>/<path name>/fills`. */
  readonly rng: Rng;
  readonly featureSet: FeatureSet;
  readonly normalizer: Normalizer;
}

export interface ParityResult extends LiveParity {
  /** Largest difference in any column that both worlds know. */
  readonly maxAbsDiff: number;
  readonly live: Ledger;
  readonly backtest: Ledger;
}

/** Live knows neither rows nor labels. */
const COMPARED = LEDGER_COLUMNS.filter((column) => column !== 'row' && column !== 'regime');

/**
 * Backtests a path alone, replays it live, and compares the books row by row.
 *
 * @throws InputError when the two do not even have as many bars
 */
export async function checkLiveParity(options: ParityOptions): Promise<ParityResult> {
  const { agent, worlds, path, loadPolicy } = options;
  const policy = await loadPolicy(worlds.context);
  const [backtest] = await runBacktest({ ...options, paths: [path], policy });
  policy.dispose?.();
  const live = await replayLive(options);
  if (live.length !== backtest.length) {
    throw new InputError({
      what: 'live ledger of another length than the backtest',
      where: `path '${path.name}'`,
      rule: `${backtest.length} bars`,
      value: live.length,
    });
  }
  return {
    agent,
    path: path.name,
    bars: live.length,
    maxAbsEquityDiff: maxAbsDiff(live, backtest, ['equity']),
    maxAbsDiff: maxAbsDiff(live, backtest, COMPARED),
    live,
    backtest,
  };
}

/** Replays a path through the live runner with the paper broker, without rules, at the speed of the machine. */
export async function replayLive(options: ParityOptions): Promise<Ledger> {
  const { worlds, path, loadPolicy, featureSet, normalizer } = options;
  const stream = new ContextStream({ featureSet, normalizer, window: worlds.context.window });
  const policy = await loadPolicy(stream.context);
  try {
    const { ledger } = await runLive({
      name: path.name,
      feed: replayFeed(worlds.bars, path.from, path.to),
      timeframeMs: worlds.timeframeMs,
      stream,
      policy,
      targetWeights: options.targetWeights,
      broker: new PaperBroker({ ...options, timeframeMs: worlds.timeframeMs, streamName: path.name }),
      rules: NO_RULES,
      killSwitch: null,
      onTrip: 'hold',
      journal: null,
      identity: '',
      alerts: null,
      drift: null,
      retry: null,
      clock: new ManualClock(worlds.bars.openTimeMs[path.from]),
      signal: new AbortController().signal,
    });
    return ledger;
  } finally {
    policy.dispose?.();
  }
}

function maxAbsDiff(a: Ledger, b: Ledger, columns: readonly LedgerColumn[]): number {
  const [left, right] = [a.columns(), b.columns()];
  let largest = 0;
  for (const column of columns) {
    left[column].forEach((value, bar) => {
      const difference = Math.abs(value - right[column][bar]);
      // A number that is none differs from everything.
      if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
    });
  }
  return largest;
}
