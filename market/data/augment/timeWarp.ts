/** A market whose clock runs faster and slower by turns. */

import type { Rng } from '../../../core/rng.ts';
import { createMoves, type BarMoves } from './barMoves.ts';

/** Swings that make up the speed. */
const WAVES = 3;
/** Bars to either side that tell how far price strays inside a bar. */
const AROUND = 16;

export interface Warped {
  readonly moves: BarMoves;
  /** (rows) source bar that each new bar ends in. */
  readonly sourceRow: Int32Array;
}

export interface WarpOptions {
  readonly strength: number;
  readonly periodBars: number;
}

/**
 * As many bars as before, each of a stretch of the old time that is longer or shorter than a bar.
 *
 * Inside an old bar price goes by a Brownian bridge. A straight line would give neighboring new bars the same direction,
 * and an agent would learn to follow it.
 */
export function timeWarp(moves: BarMoves, rng: Rng, options: WarpOptions): Warped {
  const rows = moves.body.length;
  const warped = createMoves(rows);
  const sourceRow = new Int32Array(rows);
  const edges = drawEdges(rows, rng, options);
  const sigma = localDeviation(moves.body);
  let bar = 0;
  /** How much of the old bar has passed, and how much of its body. */
  let passed = 0;
  let moved = 0;
  for (let row = 0; row < rows; row++) {
    const end = row === rows - 1 ? rows : edges[row + 1];
    let [level, highest, lowest] = [0, 0, 0];
    for (;;) {
      const part = Math.min(1, end - bar);
      const share = part - passed;
      if (passed === 0) warped.gap[row] += moves.gap[bar];
      const left = moves.body[bar] - moved;
      const rest = 1 - passed;
      const step =
        part >= 1 ? left : (share / rest) * left + sigma[bar] * Math.sqrt((share * (1 - part)) / rest) * rng.normal();
      level += step;
      highest = Math.max(highest, level);
      lowest = Math.min(lowest, level);
      warped.up[row] = Math.max(warped.up[row], moves.up[bar] * Math.sqrt(share));
      warped.down[row] = Math.max(warped.down[row], moves.down[bar] * Math.sqrt(share));
      warped.volume[row] += moves.volume[bar] * share;
      sourceRow[row] = bar;
      if (part < 1) {
        passed = part;
        moved += step;
        break;
      }
      bar += 1;
      passed = 0;
      moved = 0;
      if (bar >= end || bar >= rows) break;
    }
    warped.body[row] = level;
    warped.up[row] += highest - Math.max(0, level);
    warped.down[row] += Math.min(0, level) - lowest;
  }
  return { moves: warped, sourceRow };
}

/** Where each new bar begins, in old bars: rising from 0, at a speed that swings around 1. */
function drawEdges(rows: number, rng: Rng, { strength, periodBars }: WarpOptions): Float64Array {
  const waves = Array.from({ length: WAVES }, () => ({
    frequency: (2 * Math.PI) / (periodBars * (0.5 + rng.next())),
    phase: 2 * Math.PI * rng.next(),
  }));
  const edges = new Float64Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    const swing = waves.reduce((sum, { frequency, phase }) => sum + Math.sin(frequency * row + phase), 0) / WAVES;
    edges[row + 1] = edges[row] + 1 + strength * swing;
  }
  const stretch = rows / edges[rows];
  return edges.map((edge) => edge * stretch);
}

/** Root mean square of the bodies around each bar. */
function localDeviation(body: Float64Array): Float64Array {
  const sums = new Float64Array(body.length + 1);
  for (let row = 0; row < body.length; row++) sums[row + 1] = sums[row] + body[row] * body[row];
  return body.map((_, row) => {
    const [from, to] = [Math.max(0, row - AROUND), Math.min(body.length, row + AROUND + 1)];
    return Math.sqrt(Math.max(0, sums[to] - sums[from]) / (to - from));
  });
}
