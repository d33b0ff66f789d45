/** From the rows of an answer to the bars of a window: in order, each once, each sound, each closed. */

import type { Bar } from '../bar.ts';
import { findBrokenRule } from '../barChecks.ts';
import { addBars } from './barInterval.ts';
import type { BarWindow } from './provider.ts';
import { ProviderFailure } from './providerFailure.ts';

export interface CheckedBars {
  /** In order of time; all open within the window. */
  readonly bars: readonly Bar[];
  /** Rows that repeated a bar value for value and were left out. */
  readonly repeatedBars: number;
}

/**
 * Sorts, cuts to the window and applies the strict checks of an import.
 *
 * @param nowMs the earlier of our clock and the server's: a bar that closes later may still change
 * @throws ProviderFailure for a bar that breaks a rule, is there twice with different values, or is not closed
 */
export function checkBars(rows: readonly Bar[], window: BarWindow, nowMs: number): CheckedBars {
  const untimed = rows.find(({ openTimeMs }) => !Number.isFinite(openTimeMs));
  if (untimed !== undefined) throw new ProviderFailure('malformed', 'a bar without a time');
  const inside = rows
    .filter(({ openTimeMs }) => openTimeMs >= window.fromMs && openTimeMs < window.toMs)
    .sort((a, b) => a.openTimeMs - b.openTimeMs);
  const bars: Bar[] = [];
  for (const bar of inside) {
    const previous = bars.at(-1);
    if (previous?.openTimeMs === bar.openTimeMs && isSame(previous, bar)) continue;
    const broken = findBrokenRule(bar, previous?.openTimeMs ?? -Infinity);
    if (broken !== null) {
      const at = new Date(bar.openTimeMs).toISOString();
      throw new ProviderFailure('malformed', `bar of ${at}: ${broken.what}: ${broken.value}, rule: ${broken.rule}`);
    }
    bars.push(bar);
  }
  const last = bars.at(-1);
  if (last !== undefined && addBars(last.openTimeMs, window.interval, 1) > nowMs) {
    throw unfinished(`the bar of ${new Date(last.openTimeMs).toISOString()} is not closed yet`, nowMs);
  }
  if (nowMs < window.toMs) throw unfinished('the last bars of the batch are not closed yet', nowMs);
  return { bars, repeatedBars: inside.length - bars.length };
}

const unfinished = (what: string, nowMs: number): ProviderFailure =>
  new ProviderFailure('unfinished', `${what}: it is ${new Date(nowMs).toISOString()} on the earlier of the two clocks`);

const isSame = (a: Bar, b: Bar): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume;
