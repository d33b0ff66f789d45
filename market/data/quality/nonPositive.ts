import { priceColumns, quantityColumns } from './columnsOf.ts';
import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** Prices at or below zero, and quantities below it; a level of a book or a trade has a quantity. */
export const nonPositive: QualityRule = {
  name: 'nonPositive',
  kinds: ['bars', 'quoteBars', 'quoteTicks', 'trades', 'books', 'factors'],
  check(data) {
    const offences = new Offences(data);
    const prices = priceColumns(data);
    const quantities = quantityColumns(data);
    const needsQuantity = data.kind === 'books' || data.kind === 'trades';
    for (let row = 0; row < data.numRows; row++) {
      const bad =
        prices.find(([, column]) => column[row] <= 0) ??
        quantities.find(([, column]) => column[row] < 0 || (needsQuantity && column[row] === 0));
      if (bad !== undefined) offences.add(row, `${bad[0]} ${bad[1][row]}`);
    }
    return offences.finding({
      name: this.name,
      severity: 'error',
      meaning: 'a price is not above zero, or a quantity is below it',
      remedies: ['drop'],
    });
  },
};
