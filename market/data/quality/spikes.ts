import { median } from '../../../core/statistics.ts';
import { referencePrice } from './columnsOf.ts';
import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';
import { moveScale } from './robustScale.ts';

/** Robust deviations of a move that no market makes and takes back at once. */
const MIN_SCORE = 20;
/** And how far at least, in log price: in quiet times a tick or two are many deviations. */
const MIN_MOVE = 0.005;
/** A move that this many times the usual volume was traded in is the market's own. */
const REAL_VOLUME = 3;
const BARS_AROUND = 50;
/** Share of the move that the next row takes back. */
const MIN_REVERSAL = 0.7;

/** Prices that jump away and come back in the next row without unusual volume: a wrong print rather than a move. */
export const spikes: QualityRule = {
  name: 'spikes',
  kinds: ['bars', 'quoteBars', 'quoteTicks', 'trades', 'books'],
  check(data) {
    const prices = referencePrice(data);
    if (prices === null) return null;
    const scale = moveScale(prices);
    const offences = new Offences(data);
    const [open, volume] = [data.columns.get('open'), data.columns.get('volume')];
    for (let row = 1; row < data.numRows; row++) {
      const [before, after] = [prices[row - 1], prices[row + 1] ?? NaN];
      if (isSpike({ before, price: prices[row], after }, scale[row]) && !isTraded(volume, row)) {
        offences.add(row, `${before} to ${prices[row]} and back to ${after}`);
      } else if (open !== undefined && isSpike({ before, price: open[row], after: prices[row] }, scale[row])) {
        offences.add(row, `${before} to an open of ${open[row]} and back to ${prices[row]}`);
      }
    }
    return offences.finding({
      name: this.name,
      severity: 'warning',
      meaning: `a move of ${MIN_SCORE} robust deviations and more that the next price takes back, without unusual volume`,
      remedies: ['drop'],
    });
  },
};

interface Print {
  readonly before: number;
  readonly price: number;
  readonly after: number;
}

/** Whether a price leaves the one before it by far and the next comes back. */
function isSpike({ before, price, after }: Print, scale: number): boolean {
  const move = Math.log(price / before);
  if (!(Math.abs(move) >= Math.max(MIN_MOVE, MIN_SCORE * scale))) return false;
  const reversal = -Math.log(after / price) / move;
  return reversal >= MIN_REVERSAL && reversal <= 1 / MIN_REVERSAL;
}

/** Whether the row traded far more than those around it. */
function isTraded(volume: Float64Array | undefined, row: number): boolean {
  if (volume === undefined) return false;
  const usual = median(volume.subarray(Math.max(0, row - BARS_AROUND), row + BARS_AROUND)) ?? 0;
  return usual > 0 && volume[row] > REAL_VOLUME * usual;
}
