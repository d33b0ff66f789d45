import { BAR_KINDS, type QualityRule } from './finding.ts';
import { findMissingBars } from './missingBars.ts';
import { Offences } from './offences.ts';

/** Nights, weekends, holidays and short days: holes that belong to the market. */
export const closures: QualityRule = {
  name: 'closures',
  kinds: BAR_KINDS,
  check(data) {
    const offences = new Offences(data);
    const stretches = findMissingBars(data).filter(({ why }) => why !== 'outage');
    for (const { row, fromMs, why } of stretches.toSorted((a, b) => b.bars - a.bars)) {
      offences.note(row, `${why === 'shortDay' ? 'short day' : why} from ${new Date(fromMs).toISOString()}`);
    }
    return offences.finding({
      name: this.name,
      severity: 'note',
      meaning: 'nights, weekends and holidays, in which no bar is due',
    });
  },
};
