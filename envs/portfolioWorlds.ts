/** Several instruments side by side: the bars that all of them have, in one set of columns. */

import { InputError } from '../core/errors.ts';
import type { Context } from '../core/spec.ts';
import type { Path, Worlds } from '../market/worlds.ts';

/** Row r of every instrument is the same stretch of time; correlations are those of the data. */
export interface PortfolioWorlds {
  readonly instruments: readonly string[];
  readonly timeframeMs: number;
  /** (rows) UTC epoch milliseconds. */
  readonly openTimeMs: Float64Array;
  /** (rows, instruments), row-major. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** (rows) index into SESSIONS. */
  readonly session: Uint8Array;
  /** (rows) index, 1 at the start of a path, of all instruments held in equal parts and rebalanced every bar. */
  readonly basket: Float64Array;
  readonly paths: readonly Path[];
  /** The instruments' features one after another. */
  readonly context: Context;
  readonly warmupBars: number;
}

/**
 * Joins worlds by time: path k of one with path k of every other, bars that one of them lacks left out of all.
 *
 * @throws InputError when worlds repeat an instrument, differ in timeframe, window or number of paths, or share too few bars
 */
export function alignWorlds(worlds: readonly Worlds[]): PortfolioWorlds {
  checkAlike(worlds);
  const [first] = worlds;
  const warmupBars = Math.max(...worlds.map((world) => world.warmupBars));
  const sources: number[][] = [];
  const paths: Path[] = first.paths.map((path, index) => {
    const from = sources.length;
    for (const rows of joinPaths(worlds, index)) sources.push(rows);
    if (sources.length - from > warmupBars + 1) return { name: path.name, from, to: sources.length, regime: null };
    throw new InputError({
      what: 'instruments share too few bars',
      where: `path '${path.name}'`,
      rule: `more than ${warmupBars + 1} at the same times`,
      value: sources.length - from,
    });
  });
  const gather = (column: 'open' | 'high' | 'low' | 'close') =>
    Float64Array.from(sources.flatMap((rows) => rows.map((row, k) => worlds[k].bars[column][row])));
  const close = gather('close');
  return {
    instruments: worlds.map(({ instrument }) => instrument),
    timeframeMs: first.timeframeMs,
    openTimeMs: Float64Array.from(sources, ([row]) => first.bars.openTimeMs[row]),
    open: gather('open'),
    high: gather('high'),
    low: gather('low'),
    close,
    session: Uint8Array.from(sources, ([row]) => first.session[row]),
    basket: indexBasket(close, paths, worlds.length),
    paths,
    context: joinContexts(worlds, sources),
    warmupBars,
  };
}

/** Rows of each instrument at the times that all have. */
function joinPaths(worlds: readonly Worlds[], index: number): number[][] {
  const ends = worlds.map(({ paths }) => paths[index].to);
  const at = worlds.map(({ paths }) => paths[index].from);
  const joined: number[][] = [];
  while (at.every((row, k) => row < ends[k])) {
    const times = at.map((row, k) => worlds[k].bars.openTimeMs[row]);
    const latest = Math.max(...times);
    if (times.every((time) => time === latest)) joined.push([...at]);
    times.forEach((time, k) => (at[k] += time < latest || times.every((other) => other === latest) ? 1 : 0));
  }
  return joined;
}

function joinContexts(worlds: readonly Worlds[], sources: readonly (readonly number[])[]): Context {
  const features = worlds.reduce((sum, { context }) => sum + context.features, 0);
  const matrix = new Float32Array(sources.length * features);
  let offset = 0;
  worlds.forEach(({ context }, k) => {
    sources.forEach((rows, row) => {
      const from = rows[k] * context.features;
      matrix.set(context.matrix.subarray(from, from + context.features), row * features + offset);
    });
    offset += context.features;
  });
  return { matrix, rows: sources.length, features, window: worlds[0].context.window };
}

function indexBasket(close: Float64Array, paths: readonly Path[], width: number): Float64Array {
  const basket = new Float64Array(close.length / width);
  for (const { from, to } of paths) {
    basket[from] = 1;
    for (let row = from + 1; row < to; row++) {
      let growth = 0;
      for (let k = 0; k < width; k++) growth += close[row * width + k] / close[(row - 1) * width + k];
      basket[row] = (basket[row - 1] * growth) / width;
    }
  }
  return basket;
}

function checkAlike(worlds: readonly Worlds[]): void {
  const demand = (holds: boolean, rule: string, value: unknown) => {
    if (!holds) throw new InputError({ what: 'worlds do not fit together', where: 'portfolio', rule, value });
  };
  const all = <T>(read: (world: Worlds) => T) => worlds.map(read);
  const same = (values: readonly unknown[]) => new Set(values).size === 1;
  const names = all(({ instrument }) => instrument);
  demand(worlds.length > 0 && new Set(names).size === names.length, 'at least one, each instrument once', names);
  const frames = all(({ timeframeMs }) => timeframeMs);
  demand(same(frames), 'one timeframe', frames);
  const windows = all(({ context }) => context.window);
  demand(same(windows), 'one window', windows);
  const counts = all(({ paths }) => paths.length);
  demand(same(counts), 'as many paths each', counts);
}
