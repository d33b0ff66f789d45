/** The room of one slab: each slab overwrites the one before in place, so that an address of the context stays one. */

import type { Rng } from '../../core/rng.ts';
import type { Context } from '../../core/spec.ts';
import { BAR_COLUMNS, createBars, type Bars } from '../../market/data/bars.ts';
import type { BarSource } from '../../market/data/stores/barStore.ts';
import { readRows } from '../../market/data/stores/rowIndex.ts';
import { fillContext } from '../../market/features/buildContext.ts';
import type { FeatureSet } from '../../market/features/featureSet.ts';
import type { Normalizer } from '../../market/features/normalizer.ts';
import { UNKNOWN_REGIME } from '../../market/regimes/regime.ts';
import { knownRegimes } from '../../market/regimes/regimeRule.ts';
import { sessionAt } from '../../market/sessions.ts';
import type { Path, Worlds } from '../../market/worlds.ts';
import type { BarsMarket } from '../marketConfig.ts';
import { openMarketSource } from './marketSource.ts';
import type { SlabPlan } from './slabPlan.ts';
import { stretchesOfSlab } from './stretches.ts';

export interface SlabOptions {
  readonly plan: SlabPlan;
  readonly market: BarsMarket;
  /** The held-out worlds, which say what all worlds of the run have in common. */
  readonly worlds: Worlds;
  readonly featureSet: FeatureSet;
  readonly normalizer: Normalizer;
  /** Orders the stretches: the same one gives the same slabs, in every thread and after every interruption. */
  readonly rng: Rng;
}

export class SlabWorlds {
  readonly #options: SlabOptions;
  readonly #source: BarSource;
  readonly #bars: Bars;
  readonly #regime: Uint8Array;
  readonly #session: Uint8Array;
  readonly #context: Context;

  private constructor(options: SlabOptions, source: BarSource) {
    const { plan, worlds } = options;
    const { features, window } = worlds.context;
    const rows = plan.slabRows;
    this.#options = options;
    this.#source = source;
    this.#bars = createBars(rows);
    this.#regime = new Uint8Array(rows);
    this.#session = new Uint8Array(rows);
    this.#context = { matrix: new Float32Array(rows * features), rows, features, window };
  }

  static async open(options: SlabOptions): Promise<SlabWorlds> {
    const { source } = await openMarketSource(options.market);
    return new SlabWorlds(options, source);
  }

  /** Reads a slab. Worlds of earlier slabs are gone: their rows hold the bars of this one. */
  async load(number: number): Promise<Worlds> {
    const { plan, rng, worlds, featureSet, normalizer } = this.#options;
    const paths: Path[] = [];
    let at = 0;
    for (const range of stretchesOfSlab(plan.stretches, plan.slabRows, rng, number)) {
      await readRows({ source: this.#source, series: plan.series, index: plan.index }, range, this.#bars, at);
      const to = at + range.to - range.from;
      paths.push({ name: `train/${range.from}-${range.to}`, from: at, to, regime: null });
      at = to;
    }
    const bars = this.#bars;
    // No number of an earlier slab is left anywhere: whoever reads beyond the paths reads NaN.
    for (const column of BAR_COLUMNS) bars[column].fill(NaN, at);
    const { matrix, features } = this.#context;
    matrix.fill(0, 0, at * features).fill(NaN, at * features);
    fillContext({ bars, paths, featureSet, normalizer }, matrix);
    this.#regime.fill(UNKNOWN_REGIME).set(knownRegimes(plan.regimeRule, bars, paths));
    for (let row = 0; row < at; row++) this.#session[row] = sessionAt(bars.openTimeMs[row]);
    return { ...worlds, bars, regime: this.#regime, session: this.#session, paths, context: this.#context };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
