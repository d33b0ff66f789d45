/** Minute bars of a random walk as one Parquet file of any length, written a million bars at a time. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRng } from '../core/rng.ts';
import { copyToParquet, DUCKDB_MEMORY_MB, openConnection, quoteText, writeParquet } from '../core/storage/parquet.ts';
import { MINUTE_MS } from '../core/units.ts';
import { mapColumns } from '../market/data/bars.ts';

/** 2000-01-01, a Saturday. */
export const WALK_START_MS = 946_684_800_000;
const PART_BARS = 1_000_000;
const BAR_VOLATILITY = 0.0005;

/** Prices have two digits, as quoted ones have; the walk is drawn back to 100, so that it stays there for a century. */
export async function writeWalkFile(path: string, bars: number, seed = 1): Promise<void> {
  const folder = `${path}.parts`;
  mkdirSync(folder, { recursive: true });
  try {
    const rng = createRng(seed).fork('walk');
    const parts: string[] = [];
    let price = 100;
    for (let first = 0; first < bars; first += PART_BARS) {
      const length = Math.min(PART_BARS, bars - first);
      const table = mapColumns(() => new Float64Array(length));
      for (let row = 0; row < length; row++) {
        const open = price;
        const drift = -1e-5 * Math.log(price / 100);
        price = cents(price * Math.exp(drift + BAR_VOLATILITY * rng.normal()));
        table.openTimeMs[row] = WALK_START_MS + (first + row) * MINUTE_MS;
        table.open[row] = open;
        table.close[row] = price;
        table.high[row] = cents(Math.max(open, price) * (1 + BAR_VOLATILITY * rng.next()));
        table.low[row] = cents(Math.min(open, price) * (1 - BAR_VOLATILITY * rng.next()));
        table.volume[row] = Math.floor(100 * rng.next());
      }
      const part = join(folder, `${String(parts.length).padStart(6, '0')}.parquet`);
      await writeParquet(part, table);
      parts.push(part);
    }
    const { connection, close } = await openConnection(DUCKDB_MEMORY_MB);
    try {
      const sources = parts.map(quoteText).join(', ');
      await copyToParquet(connection, `SELECT * FROM read_parquet([${sources}])`, path);
    } finally {
      close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rounding may put a price below the low or above the high, but never both ends of a bar. */
const cents = (price: number): number => Math.round(price * 100) / 100;
