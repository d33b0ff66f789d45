/** What a trading env refuses before it trades: options and episodes that would not be the market they claim to be. */

import { InputError } from '../core/errors.ts';
import type { Episode } from '../market/episodes.ts';
import type { Worlds } from '../market/worlds.ts';
import { isRange, largestWeight, type TargetWeights } from './targetWeights.ts';
import type { TradingConfig } from './tradingConfig.ts';

interface TradingOptions {
  readonly worlds: Worlds;
  readonly numEnvs: number;
  readonly targetWeights: TargetWeights;
  readonly startEquity: number;
  readonly streamNames?: readonly string[];
  readonly ruinFraction?: number;
  readonly trading?: TradingConfig;
}

/** @throws InputError naming the option, its rule and its value */
export function checkTrading(options: TradingOptions): void {
  const { worlds, numEnvs, targetWeights, startEquity, streamNames, ruinFraction = 0.5 } = options;
  const rows = worlds.bars.close.length;
  const { context } = worlds;
  demand(Number.isInteger(numEnvs) && numEnvs > 0, 'numEnvs', 'a positive integer', numEnvs);
  checkWeights(targetWeights);
  demand(Number.isFinite(startEquity) && startEquity > 0, 'startEquity', 'above 0', startEquity);
  demand(ruinFraction > 0 && ruinFraction < 1, 'ruinFraction', 'between 0 and 1', ruinFraction);
  demand(
    streamNames === undefined || new Set(streamNames).size === numEnvs,
    'streamNames',
    `${numEnvs} different names, one an env`,
    streamNames?.length,
  );
  checkMargin(options);
  demand(context.rows === rows, 'worlds.context.rows', `${rows}, one a bar`, context.rows);
  demand(worlds.session.length === rows, 'worlds.session', `${rows} rows, one a bar`, worlds.session.length);
  demand(
    worlds.warmupBars >= context.window - 1,
    'worlds.warmupBars',
    `at least ${context.window - 1}, so that no window of ${context.window} rows reaches into another path`,
    worlds.warmupBars,
  );
}

function checkWeights(targetWeights: TargetWeights): void {
  if (!isRange(targetWeights)) {
    const areWeights = targetWeights.length > 0 && targetWeights.every(Number.isFinite);
    return demand(areWeights, 'targetWeights', 'finite numbers, at least one', [...targetWeights]);
  }
  const { min, max, deadband } = targetWeights;
  const hasRoom = min <= 0 && max >= 0 && deadband >= 0 && deadband < Math.max(-min, max);
  const rule = 'min <= 0 <= max, and a deadband below the larger of them';
  demand(hasRoom && [min, max].every(Number.isFinite), 'targetWeights', rule, targetWeights);
}

/** A position at the maintenance margin from the start would be liquidated by the bar that opened it. */
function checkMargin({ trading, targetWeights }: TradingOptions): void {
  if (trading === undefined || trading.margin === null || trading.sizing.kind !== 'weight') return;
  const largest = Math.min(largestWeight(targetWeights), trading.limits.maxWeight ?? Infinity);
  const { maintenance } = trading.margin;
  const rule = `below 1 / ${largest}, the largest weight`;
  demand(largest * maintenance < 1, 'trading.margin.maintenance', rule, maintenance);
}

/** @throws InputError when an episode does not lie inside one path, past its warm-up */
export function checkEpisode({ startRow, endRow }: Episode, worlds: Pick<Worlds, 'paths' | 'warmupBars'>): void {
  const path = pathAt(worlds, startRow);
  const first = path === null ? null : path.from + worlds.warmupBars;
  if (path !== null && first !== null && startRow >= first && startRow < endRow && endRow < path.to) return;
  throw new InputError({
    what: 'episode does not fit in a path',
    where: path === null ? 'worlds' : `path '${path.name}'`,
    rule: path === null ? 'a start row inside a path' : `${first} <= startRow < endRow < ${path.to}`,
    value: { startRow, endRow },
  });
}

/** The path that holds a row; paths lie in row order. */
function pathAt({ paths }: Pick<Worlds, 'paths'>, row: number): Worlds['paths'][number] | null {
  let low = 0;
  let high = paths.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (paths[middle].from <= row) low = middle;
    else high = middle - 1;
  }
  const path = paths[low];
  return path !== undefined && row >= path.from && row < path.to ? path : null;
}

function demand(holds: boolean, field: string, rule: string, value: unknown): void {
  if (!holds) throw new InputError({ what: `${field} is out of range`, where: 'trading env', rule, value });
}
