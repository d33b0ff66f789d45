import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { numBars } from '../../../market/data/bars.ts';
import { readBarFile } from '../../../market/data/importBars.ts';
import { gapPolicyConfig, segmentAtGaps } from '../../../market/data/segments.ts';

/** Real market data beside the repository; never part of it. */
const folder = fileURLToPath(new URL('../../../../shared/data/bars/', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.csv.gz')) : [];

/** Timeframe as the file's name says it: -1m, -30m, -1h, -1d. */
function timeframeOf(name: string): number {
  const [, count, unit] = /-(\d+)([mhd])[.-]/.exec(name) ?? [];
  const units: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
  return Number(count) * (units[unit] ?? NaN);
}

describe('real bars', () => {
  it('are imported from every file at hand, with the timeframe of its name', async function () {
    if (names.length === 0) return this.skip();
    for (const name of names) {
      const { bars, timeframeMs } = await readBarFile(`${folder}${name}`);
      expect(numBars(bars), name).to.be.greaterThan(700);
      expect(timeframeMs, name).to.equal(timeframeOf(name));
    }
  });

  it('of Binance have 38,221 hours and their longest outage at 2018-02-08', async function () {
    if (!names.includes('btcusdt-1h-binance-spot.csv.gz')) return this.skip();
    const { bars, gaps } = await readBarFile(`${folder}btcusdt-1h-binance-spot.csv.gz`);
    expect(numBars(bars)).to.equal(38_221);
    const longest = gaps.reduce((a, b) => (b.missingBars > a.missingBars ? b : a));
    expect(longest.missingBars).to.equal(33);
    expect(new Date(longest.fromMs).toISOString()).to.match(/^2018-02-08/);
    const policy = gapPolicyConfig.parse({ kind: 'split', maxGapBars: 6, minBars: 200 });
    const range = { from: 0, to: numBars(bars) };
    const { stretches, droppedBars } = segmentAtGaps(policy, { gaps, range, where: 'bars' });
    const kept = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
    expect(kept + droppedBars).to.equal(38_221);
    expect(stretches.length).to.be.within(2, 12);
  });
});
