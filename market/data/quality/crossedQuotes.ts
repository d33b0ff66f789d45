import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** Pairs that stand at the same moment; highs and lows of bid and ask do not. */
const PAIRS = [
  ['bid', 'ask'],
  ['bidOpen', 'askOpen'],
  ['bidClose', 'askClose'],
  ['b1p', 'a1p'],
] as const;

/** Quotes whose ask is below their bid. */
export const crossedQuotes: QualityRule = {
  name: 'crossedQuotes',
  kinds: ['bars', 'quoteTicks', 'quoteBars', 'books'],
  check(data) {
    const offences = new Offences(data);
    const pairs = PAIRS.flatMap(([bidName, askName]) => {
      const [bid, ask] = [data.columns.get(bidName), data.columns.get(askName)];
      return bid === undefined || ask === undefined ? [] : [{ bid, ask }];
    });
    for (let row = 0; row < data.numRows; row++) {
      const crossed = pairs.find(({ bid, ask }) => ask[row] < bid[row]);
      if (crossed !== undefined) offences.add(row, `bid ${crossed.bid[row]}, ask ${crossed.ask[row]}`);
    }
    return offences.finding({
      name: this.name,
      severity: 'error',
      meaning: 'the ask is below the bid',
      remedies: ['drop'],
    });
  },
};
