import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { durationMs, MINUTE_MS } from '../../../../core/units.ts';
import { createBars, type Bars } from '../../../../market/data/bars.ts';
import { openStore } from '../../../../market/data/stores/openStore.ts';
import { digestSeries } from '../../../../market/data/stores/series.ts';
import { storeConfig } from '../../../../market/data/stores/storeConfig.ts';
import { regimenJson, startRegimen } from '../../../helpers/regimenCommand.ts';

/** Enough for several chunks of the smallest memory budget. */
export const KILLED_BARS = 400_000;
export const KILLED_SERIES = { instrument: 'BTC/USDT', timeframeMs: durationMs(MINUTE_MS) };

export interface MigratedSeries {
  readonly bars: number;
  readonly resumedBars: number;
  readonly hash: string;
}

/** What `regimen data migrate --json` prints. */
export interface Migrated {
  readonly state: string;
  readonly series: readonly MigratedSeries[];
}

/** Kills the command once the target holds some bars, runs it again, and returns what that said. */
export async function killAndResume(path: string, target: string): Promise<MigratedSeries> {
  const ends = ['--from', `parquet:${path}`, '--to', target];
  const args = ['data', 'migrate', ...ends, '--instrument', 'BTC/USDT', '--memory-mb', '192'];
  const child = startRegimen(...args);
  const store = await openStore(target, { config: storeConfig.parse({}), environment: {}, where: 'test' });
  for (let poll = 0; poll < 2000 && child.exitCode === null; poll++) {
    if (((await store.span(KILLED_SERIES))?.bars ?? 0) > 0) break;
    await sleep(5);
  }
  child.kill('SIGKILL');
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  expect(code, 'it was over before it was killed').to.equal(null);
  const kept = (await store.span(KILLED_SERIES))?.bars ?? 0;
  expect(kept).to.be.within(1, KILLED_BARS - 1);
  const resumed = regimenJson<Migrated>(...args);
  expect(resumed.state).to.equal('complete');
  expect(resumed.series[0].resumedBars).to.be.at.least(kept);
  expect((await digestSeries(store, KILLED_SERIES)).hash).to.equal(resumed.series[0].hash);
  await store.close();
  return resumed.series[0];
}

export function plainBars(count: number): Bars {
  const bars = createBars(count);
  for (let row = 0; row < count; row++) {
    bars.openTimeMs[row] = Date.UTC(2023, 0) + row * MINUTE_MS;
    bars.low[row] = 100 + Math.sin(row);
    bars.open[row] = bars.close[row] = bars.high[row] = bars.low[row] + 0.125;
    bars.volume[row] = row % 1000;
  }
  return bars;
}
