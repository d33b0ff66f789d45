import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../../core/units.ts';
import { runCalibration } from '../../../../market/execution/calibrate/runCalibration.ts';
import { SESSIONS } from '../../../../market/sessions.ts';

export const MONDAY = Date.UTC(2024, 0, 15);
/** One UTC hour of a winter Monday inside each session. */
export const HOURS = { tokyo: 3, london: 10, newYork: 18, tokyoLondon: 8, londonNewYork: 14, offHours: 23 };

/** A row of the recording of own fills; what a test does not care about is sound. */
export interface FillRow {
  readonly id: string | number;
  readonly decidedAtMs: number;
  readonly sentAtMs?: number;
  readonly filledAtMs?: number | '';
  readonly side?: string;
  readonly quantity?: number;
  readonly filled?: number;
  readonly price?: number | '';
  readonly mid?: number;
}

export const FILL_HEADER =
  'order_id,decision_time,sent_time,fill_time,side,order_quantity,filled_quantity,fill_price,decision_mid';

export function fillLine(row: FillRow): string {
  const { id, decidedAtMs, side = 'buy', quantity = 10, mid = 1000 } = row;
  const { sentAtMs = decidedAtMs, filledAtMs = sentAtMs, filled = quantity, price = mid } = row;
  return [id, decidedAtMs, sentAtMs, filledAtMs, side, quantity, filled, price, mid].join(',');
}

export const fillsCsv = (rows: readonly FillRow[]): string => `${[FILL_HEADER, ...rows.map(fillLine)].join('\n')}\n`;

/** Quotes a second apart of half-spread 1 basis point around 1000, ten minutes in each session. */
export function calmQuotes(half = 0.1): string {
  const rows = SESSIONS.map((session) => HOURS[session])
    .toSorted((a, b) => a - b)
    .flatMap((hour) =>
      Array.from({ length: 600 }, (_, i) => `${MONDAY + hour * HOUR_MS + i * SECOND_MS},${1000 - half},${1000 + half}`),
    );
  return `timestamp,bid,ask\n${rows.join('\n')}\n`;
}

/** Books beside {@link calmQuotes}, deep enough for every size. */
export function calmBooks(): string {
  const rows = SESSIONS.map((session) => HOURS[session])
    .toSorted((a, b) => a - b)
    .flatMap((hour) =>
      Array.from(
        { length: 600 },
        (_, i) => `${MONDAY + hour * HOUR_MS + i * SECOND_MS},999.9,50,999.5,99999,1000.1,50,1000.5,99999`,
      ),
    );
  return `timestamp,b1p,b1q,b2p,b2q,a1p,a1q,a2p,a2q\n${rows.join('\n')}\n`;
}

/** `count` fills of 10,000 each, a few seconds apart in one session, that pay `costBps(i)` against mid. */
export const fillsIn = (
  session: keyof typeof HOURS,
  count: number,
  costBps: (i: number) => number,
  more: Partial<FillRow> = {},
): FillRow[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${session}${i}`,
    decidedAtMs: MONDAY + HOURS[session] * HOUR_MS + Math.round((i / count) * 9 * MINUTE_MS) + 7,
    price: 1000 * (1 + costBps(i) * 1e-4),
    ...more,
  }));

type RunOptions = Parameters<typeof runCalibration>;

/** Measures one instrument and publishes it. */
export const measureOne = (options: RunOptions[0][number] & RunOptions[1]) => runCalibration([options], options);
