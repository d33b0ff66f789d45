import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';
import { findSplits } from './splitScan.ts';

/** Jumps of a stock that look like splits: raw prices, to be brought to one scale. A run stops at them. */
export const splitJumps: QualityRule = {
  name: 'splitJumps',
  kinds: ['bars'],
  check(data) {
    const { columns, numRows, timeframeMs, timeMs } = data;
    const [open, close] = [columns.get('open'), columns.get('close')];
    if (open === undefined || close === undefined || timeMs === null || timeframeMs === null) return null;
    const volume = columns.get('volume') ?? new Float64Array(numRows);
    const offences = new Offences(data);
    for (const { row, closeBefore, open: after, newShares, oldShares } of findSplits(
      { openTimeMs: timeMs, open, close, volume },
      timeframeMs,
    )) {
      offences.note(row, `${closeBefore} to ${after}, ${newShares}:${oldShares}`);
    }
    return offences.finding({
      name: this.name,
      severity: 'error',
      meaning: 'an overnight jump by the ratio of a share split: nobody earned or lost it',
      remedies: ['adjust'],
    });
  },
};
