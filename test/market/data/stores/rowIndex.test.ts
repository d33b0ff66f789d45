import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { writeParquet } from '../../../../core/storage/parquet.ts';
import { durationMs, MINUTE_MS } from '../../../../core/units.ts';
import { barTable, createBars, sliceBars, type Bars } from '../../../../market/data/bars.ts';
import { findGaps } from '../../../../market/data/timeframe.ts';
import type { BarSource } from '../../../../market/data/stores/barStore.ts';
import { ParquetFileSource } from '../../../../market/data/stores/parquetFileSource.ts';
import { ParquetStore } from '../../../../market/data/stores/parquetStore.ts';
import { readRows } from '../../../../market/data/stores/rowIndex.ts';
import { storeConfig } from '../../../../market/data/stores/storeConfig.ts';
import { surveySeries } from '../../../../market/data/stores/surveySeries.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const ROWS = 3_000;
/** A whole minute in 2001. */
const START_MS = 1_000_000_020_000;
const series = { instrument: 'X', timeframeMs: durationMs(MINUTE_MS) };
const config = storeConfig.parse({ memoryBudgetMb: 192 });

/** One bar is missing after every 700th, nine after the 1,500th. */
function walk(): Bars {
  const bars = createBars(ROWS);
  for (let row = 0; row < ROWS; row++) {
    bars.openTimeMs[row] = START_MS + (row + Math.floor(row / 700) + (row >= 1_500 ? 9 : 0)) * MINUTE_MS;
    bars.open[row] = bars.close[row] = bars.high[row] = bars.low[row] = 100 + row;
    bars.volume[row] = row;
  }
  return bars;
}

describe('rows of a series by their numbers', () => {
  const folder = temporaryFolder();
  const bars = walk();
  const sources: [string, () => Promise<BarSource>][] = [
    [
      'a file',
      async () => {
        const path = join(folder, 'walk.parquet');
        await writeParquet(path, barTable(bars));
        return ParquetFileSource.open(path, { instrument: 'X', config });
      },
    ],
    [
      'a store of several parts',
      async () => {
        const store = new ParquetStore(join(folder, 'store'), config);
        await store.append(series, sliceBars(bars, 0, 2_500));
        await store.append(series, sliceBars(bars, 2_500, ROWS));
        return store;
      },
    ],
  ];

  for (const [name, open] of sources) {
    it(`are those of ${name}, wherever they begin and end`, async () => {
      const source = await open();
      const survey = await surveySeries(source, series, { times: [], maxGapBars: 0 });
      if (survey === null) throw new Error('no bars');
      const { index } = survey;
      for (const [from, to] of [
        [0, ROWS],
        [0, 1],
        [255, 257],
        [256, 512],
        [1_499, 1_502],
        [2_301, ROWS],
      ]) {
        const into = createBars(to - from + 2);
        await readRows({ source, series, index }, { from, to }, into, 1);
        expect(sliceBars(into, 1, to - from + 1)).to.deep.equal(sliceBars(bars, from, to));
        // Nothing is written beside the place asked for.
        expect([into.close[0], into.close[to - from + 1]]).to.deep.equal([0, 0]);
      }
    });
  }

  it('a survey finds the gaps, the rows of times, and one hash for equal bars', async () => {
    const [[, openFile]] = sources;
    const times = [-1, START_MS, START_MS + 300.5 * MINUTE_MS, 1e15];
    const file = await surveySeries(await openFile(), series, { times, maxGapBars: 1 });
    const store = await surveySeries(new ParquetStore(join(folder, 'store'), config), series, { times, maxGapBars: 1 });
    expect(store).to.deep.equal(file);
    const gaps = findGaps(bars.openTimeMs, series.timeframeMs);
    expect(file?.numGaps).to.equal(gaps.length);
    expect(file?.gaps).to.deep.equal(gaps.filter(({ missingBars }) => missingBars > 1));
    expect(file?.rowsAt).to.deep.equal([0, 0, 301, ROWS]);
    const changed = { ...bars, volume: bars.volume.map((value, row) => (row === 2_999 ? value + 1 : value)) };
    await writeParquet(join(folder, 'changed.parquet'), barTable(changed));
    const other = await ParquetFileSource.open(join(folder, 'changed.parquet'), { instrument: 'X', config });
    expect((await surveySeries(other, series, { times, maxGapBars: 1 }))?.hash).not.to.equal(file?.hash);
  });

  it('are refused when the file is another one than was surveyed', async () => {
    const source = await sources[0][1]();
    const survey = await surveySeries(source, series, { times: [], maxGapBars: 0 });
    if (survey === null) throw new Error('no bars');
    await writeParquet(join(folder, 'walk.parquet'), barTable(sliceBars(bars, 100, ROWS)));
    const act = () => readRows({ source, series, index: survey.index }, { from: 0, to: 50 }, createBars(50), 0);
    expect(await refusal(act)).to.contain('bars have changed since they were first read');
  });
});
