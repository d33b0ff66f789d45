import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** Ticks of one moment differ; two that are equal in every column are one that was recorded twice. */
const BY_WHOLE_ROW = new Set(['quoteTicks', 'trades']);

/** Bars and books that share a time with one before; ticks that repeat one of the same time. */
export const duplicates: QualityRule = {
  name: 'duplicates',
  kinds: ['bars', 'quoteBars', 'quoteTicks', 'trades', 'books', 'factors'],
  check(data) {
    const times = data.kind === 'factors' ? (data.columns.get('day') ?? null) : data.timeMs;
    if (times === null) return null;
    const columns = [...data.columns.values()];
    const wholeRow = BY_WHOLE_ROW.has(data.kind);
    const offences = new Offences(data);
    /** Rows of the moment at hand: its first row by what identifies it. */
    const seen = new Map<string, number>();
    for (let row = 0; row < data.numRows; row++) {
      if (row === 0 || times[row] !== times[row - 1]) seen.clear();
      const identity = wholeRow ? columns.map((column) => column[row]).join() : '';
      const earlier = seen.get(identity);
      if (earlier === undefined) seen.set(identity, row);
      else offences.add(row, `as row ${earlier}`);
    }
    // Two takers may well buy the same amount at the same price in one millisecond.
    const isTrades = data.kind === 'trades';
    return offences.finding({
      name: this.name,
      severity: isTrades ? 'note' : wholeRow ? 'warning' : 'error',
      meaning: wholeRow ? 'a row equals an earlier one of the same time in every column' : 'two rows share a time',
      remedies: isTrades ? [] : ['drop'],
    });
  },
};
