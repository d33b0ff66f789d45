import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** Flat bars without volume at the close before: put in by whoever made the file, where nothing was traded. */
export const filledBars: QualityRule = {
  name: 'filledBars',
  kinds: ['bars'],
  check(data) {
    const offences = new Offences(data);
    const [open, high, low, close, volume] = ['open', 'high', 'low', 'close', 'volume'].map((name) =>
      data.columns.get(name),
    );
    if (volume === undefined || close === undefined || !volume.some((traded) => traded > 0)) return null;
    for (let row = 0; row < data.numRows; row++) {
      if (volume[row] !== 0) continue;
      const price = row === 0 ? close[row] : close[row - 1];
      const isFlat = [open, high, low, close].every((column) => column?.[row] === price);
      if (isFlat) offences.add(row, `flat at ${price}, volume 0`);
    }
    return offences.finding({
      name: this.name,
      severity: 'warning',
      meaning: 'an outage filled with flat bars that nobody traded in',
      remedies: ['drop'],
    });
  },
};
