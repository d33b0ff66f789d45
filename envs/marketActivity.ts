/** How much the market moves and trades, as far as it is known when a bar opens: what market impact and slicing are told by. */

import { InputError } from '../core/errors.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import type { Bar } from '../market/data/bar.ts';
import type { ExecutionModel } from '../market/execution/executionModel.ts';
import type { Worlds } from '../market/worlds.ts';

/** A row holds what is known through the bar before it; NaN where nothing is. */
export interface ActivityColumns {
  /** Standard deviation of a bar's move, basis points. */
  readonly volatilityBps: Float64Array;
  /** volatilityBps / sqrt(notional traded in a bar): what the impact of an order grows from. NaN without volume. */
  readonly unit: Float64Array;
}

/** Exponentially weighted mean of squared log returns and of traded notional; known from the first bar on. */
export class MarketActivity implements Resumable {
  readonly #decay: number;
  #close = NaN;
  #weight = 0;
  #squares = 0;
  #notional = 0;

  constructor(spanBars: number) {
    this.#decay = 1 - 2 / (spanBars + 1);
  }

  get volatilityBps(): number {
    return this.#weight === 0 ? NaN : 1e4 * Math.sqrt(this.#squares / this.#weight);
  }

  get unit(): number {
    return this.#notional > 0 ? this.volatilityBps / Math.sqrt(this.#notional / this.#weight) : NaN;
  }

  /** The first bar's move is from its own open. */
  push({ open, close, volume }: Pick<Bar, 'open' | 'close' | 'volume'>): void {
    const move = Math.log(close / (Number.isNaN(this.#close) ? open : this.#close));
    this.#close = close;
    this.#weight = this.#decay * this.#weight + 1;
    this.#squares = this.#decay * this.#squares + move * move;
    this.#notional = this.#decay * this.#notional + volume * close;
  }

  save(): Saved {
    return Float64Array.of(this.#close, this.#weight, this.#squares, this.#notional);
  }

  restore(saved: Saved): void {
    const state = new Float64Array(4);
    new SavedReader({ state: saved }, 'market activity').into('state', state);
    [this.#close, this.#weight, this.#squares, this.#notional] = state;
  }
}

/** Span of the averages that the impact of this model is told by; null where orders move nothing. */
export const activitySpan = ({ impact }: ExecutionModel): number | null => impact?.spanBars ?? null;

/**
 * Each path starts anew: nothing of one reaches into another. Null where orders move nothing.
 *
 * @throws InputError where the impact of an order could not be told: no volume, here and where the law was measured
 */
export function activityColumns(
  { bars: { open, close, volume }, paths, warmupBars }: Pick<Worlds, 'bars' | 'paths' | 'warmupBars'>,
  execution: ExecutionModel,
): ActivityColumns | null {
  const span = activitySpan(execution);
  if (span === null) return null;
  const volatilityBps = new Float64Array(close.length).fill(NaN);
  const unit = new Float64Array(close.length).fill(NaN);
  for (const { name, from, to } of paths) {
    const activity = new MarketActivity(span);
    for (let row = from; row < to; row++) {
      volatilityBps[row] = activity.volatilityBps;
      unit[row] = activity.unit;
      if (row > from + warmupBars && Number.isNaN(unit[row])) checkMeasured(execution, name);
      activity.push({ open: open[row], close: close[row], volume: volume[row] });
    }
  }
  return { volatilityBps, unit };
}

/** @throws InputError where the law brings no volume of its own */
export function checkMeasured({ impact }: ExecutionModel, where: string): void {
  if (impact === undefined || !Number.isNaN(impact.measuredUnit)) return;
  throw new InputError({
    what: 'market impact cannot be told: the bars have no volume',
    where,
    rule: 'volume above 0, or a cost table with measured impact',
    hint: 'import bars with volume, or leave execution.impact out',
  });
}
