import { priceColumns } from './columnsOf.ts';
import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** Levels of a book that do not lead away from the touch. */
export const bookLevels: QualityRule = {
  name: 'bookLevels',
  kinds: ['books'],
  check(data) {
    const offences = new Offences(data);
    const prices = priceColumns(data).map(([name, column]) => ({
      name,
      column,
      side: name[0],
      level: parseInt(name.slice(1)),
    }));
    const steps = prices.flatMap((inner) => {
      const outer = prices.find(({ side, level }) => side === inner.side && level === inner.level + 1);
      return outer === undefined ? [] : [{ inner, outer, direction: inner.side.toLowerCase() === 'a' ? 1 : -1 }];
    });
    for (let row = 0; row < data.numRows; row++) {
      const bad = steps.find(({ inner, outer, direction }) => direction * (outer.column[row] - inner.column[row]) <= 0);
      if (bad !== undefined)
        offences.add(row, `${bad.outer.name} ${bad.outer.column[row]}, ${bad.inner.name} ${bad.inner.column[row]}`);
    }
    return offences.finding({
      name: this.name,
      severity: 'error',
      meaning: 'a level is not farther from the touch than the one before it',
      remedies: ['drop'],
    });
  },
};
