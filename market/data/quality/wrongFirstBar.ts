import { median } from '../../../core/statistics.ts';
import type { QualityRule } from './finding.ts';
import { Offences } from './offences.ts';

/** How often the median body of a bar the first body must be. */
const MIN_BODIES = 30;
/** And how far at least, in log price: files of quiet markets begin with a large bar now and then. */
const MIN_MOVE = 0.05;
/** Rows that tell what is usual. */
const MAX_ROWS = 20_000;

/** A first bar that opens far from where it closes: made of prices before listing, or of another instrument's. */
export const wrongFirstBar: QualityRule = {
  name: 'wrongFirstBar',
  kinds: ['bars'],
  check(data) {
    const [open, close] = [data.columns.get('open'), data.columns.get('close')];
    if (open === undefined || close === undefined || data.numRows < 3) return null;
    const bodies = open.subarray(0, MAX_ROWS).map((price, row) => Math.abs(Math.log(price / close[row])));
    const usual = median(bodies.subarray(1).filter((size) => Number.isFinite(size) && size > 0)) ?? 0;
    const offences = new Offences(data);
    if (bodies[0] > MIN_MOVE && bodies[0] > MIN_BODIES * usual) {
      offences.add(0, `open ${open[0]}, close ${close[0]}, next open ${open[1]}`);
    }
    return offences.finding({
      name: this.name,
      severity: 'warning',
      meaning: 'the first bar opens where the market never was',
      remedies: ['drop'],
    });
  },
};
