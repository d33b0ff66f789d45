import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** Rows that stand elsewhere than their time says: the fewest whose removal leaves the rest in order. */
export const outOfOrder: QualityRule = {
  name: 'outOfOrder',
  kinds: ['bars', 'quoteBars', 'quoteTicks', 'trades', 'books', 'factors'],
  check(data) {
    const times = data.kind === 'factors' ? (data.columns.get('day') ?? null) : data.timeMs;
    if (times === null) return null;
    const offences = new Offences(data);
    const kept = longestOrdered(times);
    for (let row = 0, next = 0; kept !== null && row < data.numRows; row++) {
      if (kept[next] === row) next++;
      else if (times[row] === times[row]) offences.add(row, describe(times, row));
    }
    return offences.finding({
      name: this.name,
      severity: 'error',
      meaning: 'rows are not in order of time',
      remedies: ['drop'],
    });
  },
};

const describe = (times: Float64Array, row: number): string =>
  row > 0 && times[row] < times[row - 1]
    ? `${(times[row - 1] - times[row]) / 1000} s back`
    : 'ahead of the rows after it';

/**
 * Rows of the longest subsequence that never goes back, by patience sorting: one clock that ran ahead for a row does not
 * put all rows after it in the wrong.
 *
 * @returns null where all rows are in order
 */
function longestOrdered(times: Float64Array): Int32Array | null {
  let ordered = true;
  for (let row = 1; row < times.length && ordered; row++) ordered = !(times[row] < times[row - 1]);
  if (ordered) return null;
  /** For each length, the row whose time is the smallest that an ordered run of that length can end with. */
  const ends = new Int32Array(times.length);
  const before = new Int32Array(times.length).fill(-1);
  let length = 0;
  for (let row = 0; row < times.length; row++) {
    if (times[row] !== times[row]) continue;
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[ends[middle]] <= times[row]) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[row] = ends[low - 1];
    ends[low] = row;
    if (low === length) length++;
  }
  const kept = new Int32Array(length);
  for (let at = length - 1, row = length > 0 ? ends[length - 1] : -1; at >= 0; at--, row = before[row]) kept[at] = row;
  return kept;
}
