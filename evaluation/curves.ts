/** Ledgers made small enough to draw. */

import type { Ledger } from '../envs/ledger.ts';
import type { Curve, PathSample } from './evaluation.ts';
import { drawdowns } from './returns.ts';

/**
 * Mean equity over paths, bar by bar from their starts, on the clock of the longest; a path that is over keeps its last equity.
 *
 * The last point is the total return. The drawdown is the mean of the paths' own: averaging equities first would hide falls
 * that do not coincide.
 */
export function makeCurve(name: string, ledgers: readonly Ledger[], maxPoints = 400): Curve {
  const longest = ledgers.reduce((best, ledger) => (ledger.length > best.length ? ledger : best));
  const times = longest.columns().closeTimeMs;
  const equities = ledgers.map((ledger) => ledger.columns().equity);
  const depths = ledgers.map(drawdowns);
  const meanAt = (series: readonly Float64Array[], bar: number) =>
    series.reduce((sum, values) => sum + values[Math.min(bar, values.length - 1)], 0) / series.length;
  const bars = thin(longest.length, maxPoints);
  return {
    name,
    timeMs: bars.map((bar) => times[bar]),
    equity: bars.map((bar) => meanAt(equities, bar)),
    drawdown: bars.map((bar) => meanAt(depths, bar)),
  };
}

/** The mean of curves of the same bars: several lives of one trader. */
export function meanCurve(curves: readonly Curve[]): Curve {
  const meanOf = (read: (curve: Curve) => readonly number[]) =>
    read(curves[0]).map((_, bar) => curves.reduce((sum, curve) => sum + read(curve)[bar], 0) / curves.length);
  const [{ name, timeMs }] = curves;
  return { name, timeMs, equity: meanOf(({ equity }) => equity), drawdown: meanOf(({ drawdown }) => drawdown) };
}

/** One agent's ledger with price and position. */
export function samplePath(agent: string, ledger: Ledger, maxPoints = 2000): PathSample {
  const { closeTimeMs, close, quantity, equity, regime } = ledger.columns();
  const bars = thin(ledger.length, maxPoints);
  return {
    agent,
    path: ledger.path,
    timeMs: bars.map((bar) => closeTimeMs[bar]),
    close: bars.map((bar) => close[bar]),
    position: bars.map((bar) => (quantity[bar] * close[bar]) / equity[bar]),
    equity: bars.map((bar) => equity[bar]),
    regime: bars.map((bar) => regime[bar]),
  };
}

/** At most `maxPoints` evenly spaced indices below `length`, the first and the last among them. */
function thin(length: number, maxPoints: number): number[] {
  if (length <= maxPoints) return Array.from({ length }, (_, index) => index);
  return Array.from({ length: maxPoints }, (_, point) => Math.round((point * (length - 1)) / (maxPoints - 1)));
}
