/** What is in a file of bars that was read without complaint. */

import { numBars } from '../market/data/bars.ts';
import type { BarFile } from '../market/data/importBars.ts';
import { timeframe } from '../reports/format.ts';
import type { CommandResult } from './command.ts';

const MAX_GAPS_SHOWN = 5;

export function describeBarFile(path: string, { bars, columns, timeframeMs, gaps, dataHash }: BarFile): CommandResult {
  const count = numBars(bars);
  const utc = (timeMs: number) => new Date(timeMs).toISOString();
  const [from, to] = [utc(bars.openTimeMs[0]), utc(bars.openTimeMs[count - 1] + timeframeMs)];
  const missingBars = gaps.reduce((sum, gap) => sum + gap.missingBars, 0);
  const longest = gaps.toSorted((a, b) => b.missingBars - a.missingBars).slice(0, MAX_GAPS_SHOWN);
  const named = Object.entries(columns).map(([column, name]) => `${column}=${name ?? 'none'}`);
  const text = [
    `${path}: ${count.toLocaleString('en-US')} bars of ${timeframe(timeframeMs)}, ${from} .. ${to}`,
    `  columns  ${named.join(', ')}`,
    `  gaps     ${gaps.length}, ${missingBars} bars missing (${((100 * missingBars) / (count + missingBars)).toFixed(2)} %)`,
    ...longest.map((gap) => `             ${gap.missingBars} bars from ${utc(gap.fromMs)}`),
    `  hash     ${dataHash}`,
  ].join('\n');
  const json = {
    file: path,
    bars: count,
    timeframeMs,
    from,
    to,
    columns,
    gaps: gaps.length,
    missingBars,
    longestGaps: longest,
    dataHash,
  };
  return { json, text };
}
