/** The findings of a check of market data, as lines and as JSON. */

import type { QualityReport } from '../market/data/quality/checkFile.ts';
import { timeframe } from '../reports/format.ts';
import { describeCalendar } from '../reports/year.ts';
import type { CommandResult } from './command.ts';

const MAX_EXAMPLES_SHOWN = 3;
/** A book has eighty. */
const MAX_COLUMNS_SHOWN = 12;
/** As a gate that says no. */
const EXIT_REFUSED = 3;
const SIGNS = { note: '-', warning: '!', error: 'x' } as const;

export function describeQuality(path: string, report: QualityReport): CommandResult {
  const { findings, verdict, ...facts } = report;
  const json = {
    file: path,
    ...facts,
    columns: Object.fromEntries(report.columns.map(({ name, source }) => [name, source])),
    findings: findings.map(({ rows: _rows, ...finding }) => finding),
    verdict,
  };
  const ofLength = report.timeframeMs === null ? '' : ` of ${timeframe(report.timeframeMs)}`;
  const { calendar } = report;
  const text = [
    `${path}: ${report.kind}, ${report.rows.toLocaleString('en-US')} rows${ofLength}${report.from === null ? '' : `, ${report.from} .. ${report.to}`}`,
    `  columns  ${describeColumns(report)}`,
    ...(calendar === null ? [] : [`  calendar ${describeCalendar(calendar)}`]),
    ...(report.unreadableRows > 0 ? [`  x ${report.unreadableRows} rows that could not be read`] : []),
    ...report.problems.map(
      ({ line, column, what, text: found }) =>
        `      line ${line}${column === null ? '' : ` ${column}`}: ${what} ${JSON.stringify(found.slice(0, 60))}`,
    ),
    ...findings.flatMap(({ name, severity, meaning, count, share, examples }) => [
      `  ${SIGNS[severity]} ${name}: ${count.toLocaleString('en-US')} (${describeShare(share)}), ${meaning}`,
      ...examples
        .slice(0, MAX_EXAMPLES_SHOWN)
        .map(
          ({ row, line, time, value }) => `      row ${row}, line ${line}${time === null ? '' : `, ${time}`}: ${value}`,
        ),
    ]),
    `  verdict  ${describeVerdict(report)}`,
  ].join('\n');
  return { json, text, ...(verdict.kind === 'refuse' && { exitCode: EXIT_REFUSED }) };
}

/** What is missing may be more than what is there. */
const describeShare = (share: number): string =>
  share > 1 ? `${share.toFixed(1)} times the rows` : `${(100 * share).toFixed(2)} % of rows`;

function describeVerdict({ verdict }: QualityReport): string {
  if (verdict.kind === 'sound') return 'sound';
  return verdict.kind === 'usable' ? `usable with ${verdict.policies.join(', ')}` : `refused: ${verdict.because}`;
}

function describeColumns({ columns }: QualityReport): string {
  const shown = columns.slice(0, MAX_COLUMNS_SHOWN).map(({ name, source }) => `${name}=${source}`);
  const more = columns.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
