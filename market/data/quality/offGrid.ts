import { HOUR_MS } from '../../../core/units.ts';
import { BAR_KINDS, type QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** Bars whose distance to the one before is no multiple of the timeframe: the clock of the source jumped. */
export const offGrid: QualityRule = {
  name: 'offGrid',
  kinds: BAR_KINDS,
  check(data) {
    const { timeMs, timeframeMs, numRows } = data;
    if (timeMs === null || timeframeMs === null) return null;
    const offences = new Offences(data);
    let onlyHours = timeframeMs > HOUR_MS;
    for (let row = 1; row < numRows; row++) {
      const rest = (timeMs[row] - timeMs[row - 1]) % timeframeMs;
      if (!(rest > 0)) continue;
      const jumpMs = rest > timeframeMs / 2 ? rest - timeframeMs : rest;
      if (Math.abs(jumpMs) !== HOUR_MS) onlyHours = false;
      offences.note(row, `${jumpMs / 1000} s off the grid of the bar before`);
    }
    return offences.finding({
      name: this.name,
      severity: onlyHours ? 'note' : 'warning',
      meaning: onlyHours
        ? 'bars move by an hour, as local business days do when clocks change'
        : 'distances between bars are no multiples of the timeframe: the clock jumped',
      remedies: onlyHours ? [] : ['split'],
    });
  },
};
