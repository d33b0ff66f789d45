import { BAR_KINDS, type QualityRule } from './finding.ts';
import { findMissingBars } from './missingBars.ts';
import { Offences } from './offences.ts';

/** Bars that are missing although the market was open. */
export const gaps: QualityRule = {
  name: 'gaps',
  kinds: BAR_KINDS,
  check(data) {
    const offences = new Offences(data);
    const outages = findMissingBars(data).filter(({ why }) => why === 'outage');
    // The longest first: they are the examples.
    for (const { row, bars, fromMs } of outages.toSorted((a, b) => b.bars - a.bars)) {
      offences.note(row, `${bars} bars from ${new Date(fromMs).toISOString()}`, bars);
    }
    return offences.finding({
      name: this.name,
      severity: 'warning',
      meaning: 'bars are missing at times at which the market usually trades',
      remedies: ['split', 'forwardFill'],
    });
  },
};
