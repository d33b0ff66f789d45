import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** A share above which opens are made from closes rather than traded; liquid markets show up to a half by chance. */
const MIN_SHARE = 0.6;

/** Opens that equal the close before nearly always: an order at the next open then fills at a price already seen. */
export const carriedOpens: QualityRule = {
  name: 'carriedOpens',
  kinds: ['bars'],
  check(data) {
    const [open, close] = [data.columns.get('open'), data.columns.get('close')];
    if (open === undefined || close === undefined) return null;
    const offences = new Offences(data);
    for (let row = 1; row < data.numRows; row++) if (open[row] === close[row - 1]) offences.note(row, open[row]);
    if (offences.count < MIN_SHARE * (data.numRows - 1)) return null;
    return offences.finding({
      name: this.name,
      severity: 'note',
      meaning: 'most opens equal the close before: fills at the open know nothing that the close did not',
    });
  },
};
