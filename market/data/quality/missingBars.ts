/** Bars that are not there: of the market's own breaks, and of outages. */

import { DAY_MS, durationMs } from '../../../core/units.ts';
import { findGaps } from '../timeframe.ts';
import type { Inspected } from './finding.ts';
import { learnTradingHours, LONGEST_BREAK_MS, type TradingHours } from './tradingHours.ts';

/** Whole days without a bar in a row that are taken for holidays. */
const MAX_HOLIDAYS = 4;

export interface MissingStretch {
  /** First row after the hole. */
  readonly row: number;
  /** Bars that were due and are missing. */
  readonly bars: number;
  readonly fromMs: number;
  /** Open times of the missing bars; none for holes of thousands. */
  readonly slots: readonly number[];
  readonly why: 'outage' | 'break' | 'holiday' | 'shortDay';
}

/** Of longer holes, such as a night of seconds, so many moments are asked about, evenly spread. */
const MAX_ASKED = 2_000;

/** Two rules ask for the same holes. */
const found = new WeakMap<Inspected, readonly MissingStretch[]>();

/** Every hole between rows, with the bars that would have stood in it. */
export function findMissingBars(data: Inspected): readonly MissingStretch[] {
  let stretches = found.get(data);
  if (stretches === undefined) found.set(data, (stretches = findHoles(data)));
  return stretches;
}

function findHoles({ timeMs, timeframeMs }: Inspected): MissingStretch[] {
  if (timeMs === null || timeframeMs === null) return [];
  const gaps = findGaps(timeMs, durationMs(timeframeMs));
  if (gaps.length === 0) return [];
  const hours = learnTradingHours(timeMs, timeframeMs);
  return gaps.map(({ row, missingBars, fromMs, toMs }) => {
    const step = Math.ceil(missingBars / MAX_ASKED);
    const asked = Array.from({ length: Math.ceil(missingBars / step) }, (_, i) => fromMs + i * step * timeframeMs);
    if (!hours.hasBreaks || toMs - fromMs > LONGEST_BREAK_MS) {
      return { row, bars: missingBars, fromMs, slots: step === 1 ? asked : [], why: 'outage' as const };
    }
    const usual = asked.filter((slot) => hours.isUsual(slot));
    return {
      row,
      bars: usual.length * step,
      fromMs: usual[0] ?? fromMs,
      slots: step === 1 ? usual : [],
      why: explain(asked, usual, hours),
    };
  });
}

function explain(slots: readonly number[], usual: readonly number[], hours: TradingHours): MissingStretch['why'] {
  if (usual.length === 0) return 'break';
  const days = new Set(usual.map((slot) => Math.floor(slot / DAY_MS)));
  const holidays = [...days].filter((day) => !hours.hasDay(day * DAY_MS));
  if (holidays.length === days.size) return days.size <= MAX_HOLIDAYS ? 'holiday' : 'outage';
  // A hole that ends or begins in a regular break shortens a day, as the eve of a holiday does.
  const touchesBreak = usual.length < slots.length && (usual[0] !== slots[0] || usual.at(-1) !== slots.at(-1));
  return touchesBreak && days.size <= MAX_HOLIDAYS ? 'shortDay' : 'outage';
}
