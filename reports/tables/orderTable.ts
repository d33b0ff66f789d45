/** What own orders and public trades told of an instrument: a row for each measure that there is. */

import type { Impact } from '../../market/execution/orderMeasures.ts';
import type { InstrumentEntry } from '../../market/execution/table.ts';
import { integer, percent, significant } from '../format.ts';
import { html, type Html } from '../html.ts';
import { renderTable } from '../table.ts';

interface Measure {
  readonly name: string;
  readonly cell: {
    readonly source: string;
    readonly count: number;
    readonly mean: number;
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
  };
  readonly render: (value: number) => string;
}

/** @returns null where neither orders nor trades were recorded */
export function orderTable(instrument: string, entry: InstrumentEntry): Html | null {
  const { latencyMs, fillRatio, effectiveHalfSpreadBps, impact } = entry;
  const rows: Measure[] = [];
  if (latencyMs !== null) rows.push({ name: 'Decision to fill, ms', cell: latencyMs, render: significant });
  if (fillRatio !== null) rows.push({ name: 'Share that fills', cell: fillRatio, render: (value) => percent(value) });
  if (effectiveHalfSpreadBps !== null) {
    rows.push({ name: 'Effective half-spread, bps', cell: effectiveHalfSpreadBps, render: significant });
  }
  if (rows.length === 0) return null;
  return html`<div style="height:26px"></div>
    ${renderTable({
      caption: `${instrument}: recorded orders and trades; p90 is worse than nine in ten`,
      columns: [
        { head: 'Measure', kind: 'words', cell: ({ name }) => name },
        { head: 'Samples', cell: ({ cell }) => integer(cell.count) },
        { head: 'Mean', cell: ({ cell, render }) => render(cell.mean) },
        { head: 'p50', cell: ({ cell, render }) => render(cell.p50) },
        { head: 'p90', cell: ({ cell, render }) => render(cell.p90) },
        { head: 'p99', cell: ({ cell, render }) => render(cell.p99) },
        { head: 'Recording', kind: 'words', cell: ({ cell }) => cell.source },
      ],
      rows,
    })}
    ${impact === null ? null : renderImpact(impact)}`;
}

function renderImpact(impact: Impact): Html {
  const { coefficient, standardError, r2, count, bucketMs, volatilityBps, volumeNotional } = impact;
  return html`<p class="caption" style="margin-top:14px">
    Market impact by the square-root law: coefficient ${significant(coefficient, 3)} ± ${significant(standardError, 2)},
    R² ${significant(r2, 2)} over ${integer(count)} buckets of ${significant(bucketMs / 1000)} s, in which mid moved by
    ${significant(volatilityBps, 3)} bps (standard deviation) and ${significant(volumeNotional, 3)} of quote currency
    were traded.
  </p>`;
}
