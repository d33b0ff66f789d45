import { candles } from './columnsOf.ts';
import { BAR_KINDS, type QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** So many bars in a row without any move, although traded: the feed slept. */
const MIN_RUN = 10;

/** Runs of bars in which no price moved while volume, where there is one, says that there was trade. */
export const staleRuns: QualityRule = {
  name: 'staleRuns',
  kinds: BAR_KINDS,
  check(data) {
    const offences = new Offences(data);
    const sides = candles(data);
    const close = sides[0].ohlc[3];
    const volume = data.columns.get('volume');
    const hasVolume = volume?.some((traded) => traded > 0) ?? false;
    let from = 1;
    for (let row = 1; row <= data.numRows; row++) {
      const still =
        row < data.numRows &&
        sides.every(({ ohlc }) => ohlc.every((column) => column[row] === ohlc[3][row - 1])) &&
        !(hasVolume && volume?.[row] === 0);
      if (still) continue;
      if (row - from >= MIN_RUN) {
        const value = `${row - from} bars at ${close[from]}`;
        for (let stale = from; stale < row; stale++) offences.add(stale, value);
      }
      from = row + 1;
    }
    return offences.finding({
      name: this.name,
      // Quotes may stand when nobody wants to trade; bars are made of trades.
      severity: data.kind === 'bars' ? 'warning' : 'note',
      meaning: `${MIN_RUN} bars and more in a row whose prices do not move at all`,
      remedies: data.kind === 'bars' ? ['drop'] : [],
    });
  },
};
