/** One variation of one path. */

import type { Rng } from '../../../core/rng.ts';
import { numBars, type Bars } from '../bars.ts';
import { mapQuotes } from '../quotes.ts';
import type { Augmentation } from './augmentConfig.ts';
import { createMoves, fromMoves, toMoves, type BarMoves } from './barMoves.ts';
import { shuffleBlocks } from './blockShuffle.ts';
import { jitter } from './jitter.ts';
import { scaleMoves } from './scaleMoves.ts';
import { timeWarp } from './timeWarp.ts';

export interface AugmentedPath {
  /** As many bars as the original, at its times, from its first open on. */
  readonly bars: Bars;
  /** (rows) row of the original that each bar was made of. */
  readonly sourceRow: Int32Array;
}

/** The variation depends on the bars, the config and the stream alone. */
export function augmentPath(bars: Bars, augmentation: Augmentation, rng: Rng): AugmentedPath {
  const { moves, sourceRow = inOrder(numBars(bars)) } = vary(toMoves(bars), augmentation, rng);
  const varied = fromMoves(moves, bars.open[0], bars.openTimeMs);
  return { bars: carryQuotes(bars, varied, sourceRow), sourceRow };
}

/** Quotes go with the bar that a new one was made of, as far from its close as they were; companions stay what they were. */
function carryQuotes(source: Bars, varied: Bars, sourceRow: Int32Array): Bars {
  const quotes = mapQuotes(source.quotes, (values, column) => {
    const isPrice = column === 'bid' || column === 'ask';
    return Float64Array.from(sourceRow, (from, row) =>
      isPrice ? values[from] * (varied.close[row] / source.close[from]) : values[from],
    );
  });
  const { companions } = source;
  return { ...varied, ...(quotes !== null && { quotes }), ...(companions !== undefined && { companions }) };
}

function vary(moves: BarMoves, augmentation: Augmentation, rng: Rng): { moves: BarMoves; sourceRow?: Int32Array } {
  switch (augmentation.kind) {
    case 'jitter':
      return { moves: jitter(moves, rng, augmentation.strength) };
    case 'scale':
      return { moves: scaleMoves(moves, rng, augmentation.strength) };
    case 'blockShuffle': {
      const sourceRow = shuffleBlocks(moves.body.length, rng, augmentation.blockBars);
      return { moves: takeMoves(moves, sourceRow), sourceRow };
    }
    case 'timeWarp':
      return timeWarp(moves, rng, augmentation);
  }
}

function takeMoves(moves: BarMoves, rows: Int32Array): BarMoves {
  const taken = createMoves(rows.length);
  for (const column of ['gap', 'body', 'up', 'down', 'volume'] as const) {
    rows.forEach((row, at) => (taken[column][at] = moves[column][row]));
  }
  return taken;
}

const inOrder = (length: number): Int32Array => Int32Array.from({ length }, (_, row) => row);
