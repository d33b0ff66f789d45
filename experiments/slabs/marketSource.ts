/** Where a market larger than memory is read from: one Parquet file, or a series of a Parquet store. */

import { InputError } from '../../core/errors.ts';
import { definedNames } from '../../market/data/importBars.ts';
import type { BarSource, Series } from '../../market/data/stores/barStore.ts';
import { openSource } from '../../market/data/stores/openStore.ts';
import { ParquetFileSource } from '../../market/data/stores/parquetFileSource.ts';
import { describeSeries } from '../../market/data/stores/series.ts';
import { isParquet } from '../../market/data/tables.ts';
import type { BarsMarket } from '../marketConfig.ts';
import { READING } from './slabPlan.ts';

export interface MarketSource {
  readonly source: BarSource;
  readonly series: Series;
}

export const isStoreAddress = (file: string): boolean => /^(parquet|questdb):/.test(file);

/** @throws InputError when it is no Parquet, or the instrument has not one series there */
export async function openMarketSource({ file, instrument, columns = {} }: BarsMarket): Promise<MarketSource> {
  const source = await open(file, { instrument, columns });
  const found = (await source.list()).filter((series) => series.instrument === instrument);
  const [series] = found;
  if (found.length === 1) return { source, series };
  throw new InputError({
    what: found.length === 0 ? 'no such series' : 'several series of the instrument',
    where: `market.file: ${file}`,
    rule: 'one series whose instrument is market.instrument',
    value: found.length === 0 ? instrument : found.map(describeSeries).join(', '),
    ...(found.length > 1 && {
      hint: 'name the folder of one timeframe: parquet:FOLDER/INSTRUMENT/TIMEFRAME/PART.parquet',
    }),
  });
}

async function open(
  file: string,
  { instrument, columns }: { instrument: string; columns: Readonly<Record<string, string | undefined>> },
): Promise<BarSource> {
  if (file.startsWith('questdb:')) {
    throw new InputError({
      what: 'a run does not read from QuestDB',
      where: 'market.file',
      value: file,
      hint: 'copy the series with: regimen data migrate --from ADDRESS --to parquet:FOLDER',
    });
  }
  if (isStoreAddress(file)) {
    return openSource(file, { config: READING, environment: {}, where: 'market.file', instrument });
  }
  if (isParquet(file))
    return ParquetFileSource.open(file, { instrument, config: READING, columns: definedNames(columns) });
  throw new InputError({
    what: 'only Parquet is read within a memory budget',
    where: 'market.file',
    value: file,
    hint: `write it once as Parquet with: regimen data import ${file}`,
  });
}
