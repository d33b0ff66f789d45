import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** Cells that are no number where one is needed. */
export const unreadable: QualityRule = {
  name: 'unreadable',
  kinds: ['bars', 'quoteBars', 'quoteTicks', 'trades', 'books', 'factors', 'series'],
  check(data) {
    const offences = new Offences(data);
    const columns = [...data.columns];
    for (let row = 0; row < data.numRows; row++) {
      const bad = columns.find(([, column]) => column[row] !== column[row]);
      if (bad !== undefined) offences.add(row, bad[0]);
    }
    return offences.finding({
      name: this.name,
      severity: 'error',
      meaning: 'a cell is empty or no number',
      remedies: ['drop'],
    });
  },
};
