/** The context of a live run: one bar in, one observation ready. */

import type { Context } from '../../core/spec.ts';
import { createBars, type Bars } from '../data/bars.ts';
import { setBar, toBars, type Bar } from '../data/bar.ts';
import { observableFrom } from './buildContext.ts';
import { FeatureRunner } from './featureRunner.ts';
import type { Freshness } from './freshness.ts';
import type { FeatureSet } from './featureSet.ts';
import { checkFeatureSet, type Normalizer } from './normalizer.ts';
import { makeScaler, type Scaler } from './scaler.ts';

export interface ContextStreamInput {
  readonly featureSet: FeatureSet;
  readonly normalizer: Normalizer;
  readonly window: number;
  /** Of companions, where there are any. */
  readonly freshness?: Freshness;
}

/**
 * Holds the last `window` rows of what {@link buildContext} would have built, equal to it bit for bit.
 *
 * It keeps no bars: features keep what they need of the past themselves.
 */
export class ContextStream {
  /** (window, features); `push` moves rows up by one and writes the newest last. */
  readonly context: Context;
  /** Row of the newest bar in {@link context}. */
  readonly row: number;
  readonly #warmupBars: number;
  readonly #firstObservable: number;
  readonly #runner: FeatureRunner;
  readonly #scaler: Scaler;
  readonly #bar: Bars = createBars(1);
  readonly #features: Float64Array;
  readonly #freshness: Freshness | null;

  /** @throws InputError when the normalizer was fitted on another feature set */
  constructor({ featureSet, normalizer, window, freshness }: ContextStreamInput) {
    checkFeatureSet(normalizer, featureSet);
    const features = featureSet.columns.length;
    this.context = { matrix: new Float32Array(window * features), rows: window, features, window };
    this.row = window - 1;
    this.#warmupBars = featureSet.warmupBars;
    this.#firstObservable = observableFrom(featureSet, window);
    this.#runner = new FeatureRunner(featureSet);
    this.#scaler = makeScaler(normalizer);
    this.#features = new Float64Array(features);
    this.#freshness = freshness ?? null;
  }

  /** Bars pushed so far. */
  get numBars(): number {
    return this.#runner.numBars;
  }

  /**
   * Takes a closed bar; the observation is ready once features are defined in the whole window, and not to be decided on
   * where a companion is stale.
   */
  push(bar: Bar): 'warming' | 'ready' | 'stale' {
    const { matrix, features } = this.context;
    const newest = this.row * features;
    const index = this.#runner.numBars;
    this.#runner.advance(this.#columnsOf(bar), 0, 1, this.#features);
    matrix.copyWithin(0, features);
    if (index < this.#warmupBars) matrix.fill(0, newest);
    else this.#scaler.apply(this.#features, 1, matrix, newest);
    const stale = this.#freshness?.push(bar) ?? null;
    if (index < this.#firstObservable) return 'warming';
    return stale === null ? 'ready' : 'stale';
  }
  /** The same columns again and again where a bar is nothing but prices and volume. */
  #columnsOf(bar: Bar): Bars {
    if (bar.quotes !== undefined || bar.companions !== undefined) return toBars(bar);
    setBar(this.#bar, 0, bar);
    return this.#bar;
  }
}
