import { candles } from './columnsOf.ts';
import { BAR_KINDS, type QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** Bars whose high is not the highest or whose low is not the lowest of their prices. */
export const highBelowLow: QualityRule = {
  name: 'highBelowLow',
  kinds: BAR_KINDS,
  check(data) {
    const offences = new Offences(data);
    const sides = candles(data);
    for (let row = 0; row < data.numRows; row++) {
      for (const { side, ohlc } of sides) {
        const [open, high, low, close] = [ohlc[0][row], ohlc[1][row], ohlc[2][row], ohlc[3][row]];
        if (!(high < Math.max(open, low, close)) && !(low > Math.min(open, high, close))) continue;
        offences.add(row, `${side} open ${open}, high ${high}, low ${low}, close ${close}`.trim());
        break;
      }
    }
    return offences.finding({
      name: this.name,
      severity: 'error',
      meaning: 'the high is below another price of the bar, or the low above one',
      remedies: ['drop'],
    });
  },
};
