/** Bars in and out of the stores: the Parquet copy of a million bars, and QuestDB where it can run. */

import { join } from 'node:path';
import { writeParquet } from '../core/storage/parquet.ts';
import { DAY_MS, durationMs, MINUTE_MS } from '../core/units.ts';
import { barTable, numBars, type Bars } from '../market/data/bars.ts';
import { readParquetBars } from '../market/data/parquetBars.ts';
import type { BarStore, Series } from '../market/data/stores/barStore.ts';
import { ParquetStore } from '../market/data/stores/parquetStore.ts';
import { QuestDbStore } from '../market/data/stores/questDb/questDbStore.ts';
import { digestSeries } from '../market/data/stores/series.ts';
import { storeConfig } from '../market/data/stores/storeConfig.ts';
import { questDbAbsence, startQuestDb } from './questDbServer.ts';

const SERIES: Series = { instrument: 'BENCH', timeframeMs: durationMs(MINUTE_MS) };
const WARM_UP: Series = { instrument: 'WARM-UP', timeframeMs: durationMs(MINUTE_MS) };
const LOADS = 5;
const QUERIES = 50;

type Metrics = Record<string, number>;

/** Parquet: written, loaded whole and checked, streamed by the store, one day out of two years. Medians. */
export async function measureParquet(folder: string, bars: Bars): Promise<Metrics> {
  const path = join(folder, 'bars.parquet');
  const writeMs = await medianOf(3, () => writeParquet(path, barTable(bars)));
  const loadMs = await medianOf(LOADS, () => readParquetBars(path, {}));
  const store = new ParquetStore(join(folder, 'store'), storeConfig.parse({}));
  await store.append(SERIES, bars);
  const streamMs = await medianOf(3, () => digestSeries(store, SERIES));
  return {
    parquetWriteMs: writeMs,
    parquetLoadMs: loadMs,
    parquetStreamMs: streamMs,
    parquetDayMs: await timeDays(store, bars),
  };
}

/** Null with the reason on stderr where there is no Java or no jar. The JVM is warmed up by another series first. */
export async function measureQuestDb(bars: Bars): Promise<Metrics | null> {
  const absence = questDbAbsence();
  if (absence !== null) {
    process.stderr.write(`bench data: QuestDB is left out: ${absence}\n`);
    return null;
  }
  const server = await startQuestDb();
  try {
    const store = await QuestDbStore.connect(server.address, storeConfig.parse({}));
    await store.append(WARM_UP, bars);
    const ingestMs = await timeMs(() => store.append(SERIES, bars));
    const readMs = await timeMs(() => digestSeries(store, SERIES));
    const dayMs = await timeDays(store, bars);
    await store.close();
    return {
      questDbIngestRowsPerSecond: numBars(bars) / (ingestMs / 1000),
      questDbReadRowsPerSecond: numBars(bars) / (readMs / 1000),
      questDbDayMs: dayMs,
    };
  } finally {
    await server.stop();
  }
}

/** Median time to read one day, each time another. */
async function timeDays(store: BarStore, { openTimeMs }: Bars): Promise<number> {
  const days = Math.floor((openTimeMs[openTimeMs.length - 1] - openTimeMs[0]) / DAY_MS);
  let query = 0;
  return medianOf(QUERIES, async () => {
    const fromMs = openTimeMs[0] + ((query++ * 7919) % days) * DAY_MS;
    let found = 0;
    for await (const chunk of store.read(SERIES, { fromMs, toMs: fromMs + DAY_MS })) found += numBars(chunk);
    if (found === 0) throw new Error('a day without bars');
  });
}

export async function medianOf(repeats: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) times.push(await timeMs(work));
  return times.sort((a, b) => a - b)[repeats >> 1];
}

async function timeMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
