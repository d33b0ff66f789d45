import { LONGEST_BREAK_MS } from './tradingHours.ts';
import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';
import { moveScale } from './robustScale.ts';

const MIN_SCORE = 15;
/** New shares for old ones, as splits come; 3:2 is left out, being the size of a crash. */
const RATIOS = [2, 3, 4, 5, 7, 10, 15, 20, 25, 50];
/** How near the jump must be to a ratio, in log price: a day's move comes on top. */
const TOLERANCE = 0.1;

/** Jumps of a stock that look like splits: raw prices, to be brought to one scale by factors. */
export const splitJumps: QualityRule = {
  name: 'splitJumps',
  kinds: ['bars'],
  check(data) {
    const [open, close] = [data.columns.get('open'), data.columns.get('close')];
    if (open === undefined || close === undefined) return null;
    const scale = moveScale(close);
    const offences = new Offences(data);
    for (let row = 1; row < data.numRows; row++) {
      // A split happens overnight: from the close before to the open.
      const jump = Math.log(open[row] / close[row - 1]);
      if (Math.abs(jump) < MIN_SCORE * scale[row] || isAfterHole(data.timeMs, row)) continue;
      const ratio = RATIOS.find((candidate) => isNear(jump, candidate));
      // A split stays; an open that the close takes back is a wrong print.
      const stays = ratio !== undefined && isNear(Math.log(close[row] / close[row - 1]), ratio);
      if (stays) offences.note(row, `${close[row - 1]} to ${open[row]}, ${jump < 0 ? `${ratio}:1` : `1:${ratio}`}`);
    }
    return offences.finding({
      name: this.name,
      severity: 'warning',
      meaning: 'an overnight jump by the ratio of a share split',
      remedies: ['adjust', 'split'],
    });
  },
};

const isNear = (move: number, ratio: number): boolean => Math.abs(Math.abs(move) - Math.log(ratio)) < TOLERANCE;

/** Over a long hole prices may do anything. */
const isAfterHole = (timeMs: Float64Array | null, row: number): boolean =>
  timeMs !== null && timeMs[row] - timeMs[row - 1] > LONGEST_BREAK_MS;
