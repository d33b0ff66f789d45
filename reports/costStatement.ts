/** Where the costs of a run are from, in words: beside every cost figure. */

import type { CostPart, CostStatement } from '../market/execution/costStatement.ts';
import { SESSIONS } from '../market/sessions.ts';
import { integer, title, utcMinute } from './format.ts';
import { html, type Html } from './html.ts';
import { renderTable } from './table.ts';

type Statements = readonly CostStatement[] | undefined;

/** Of a run of forty instruments nobody reads all. */
const MAX_TOLD = 3;
const UNKNOWN = 'Where its costs are from was not recorded.';

/** One sentence or more an instrument and venue. */
export function describeCosts(statements: Statements): string {
  if (statements === undefined || statements.length === 0) return UNKNOWN;
  const more = statements.length - MAX_TOLD;
  const rest = more <= 0 ? '' : ` And of ${integer(more)} more: see evaluation.json.`;
  return statements.slice(0, MAX_TOLD).map(describeOne).join(' ') + rest;
}

/** A few words: `costs of EURUSD at oanda in place of GBPUSD, slippage, latency, fill ratio and impact not measured`. */
export function nameCosts(statements: Statements): string {
  if (statements === undefined || statements.length === 0) return 'costs of unknown origin';
  const named = statements.map(({ instrument, costsOf, venue }) => {
    const whose = instrument === costsOf ? '' : ` in place of ${instrument}`;
    return `${costsOf} at ${venue}${whose}`;
  });
  const missing = [...new Set(statements.flatMap((one) => partsOf(one, ['none', 'assumed'])).map(nameOf))];
  const without = missing.length === 0 ? '' : `, ${enumerate(missing)} not measured`;
  return `costs of ${named.length > MAX_TOLD ? `${integer(named.length)} instruments` : enumerate(named)}${without}`;
}

/** A row for each part of the costs. */
export function costStatementTable(statements: Statements = []): Html {
  if (statements.length === 0) return html`<p>${UNKNOWN}</p>`;
  const rows = statements.flatMap((statement) => statement.parts.map((part) => ({ statement, part })));
  return renderTable({
    caption: `Where the costs are from: ${[...new Set(statements.map(headOf))].join('; ')}`,
    columns: [
      { head: 'Of', kind: 'words', cell: ({ statement }) => `${statement.costsOf} at ${statement.venue}` },
      { head: 'Part', kind: 'words', cell: ({ part }) => nameOf(part) },
      { head: 'Basis', kind: 'words', cell: ({ part }) => BASIS_WORDS[part.basis] },
      { head: 'Samples', cell: ({ part }) => integer(part.samples), undefinedBecause: 'not measured' },
      { head: 'Recorded', kind: 'words', cell: ({ part }) => spanOf(part) ?? '' },
      { head: 'How', kind: 'words', cell: ({ part }) => part.detail },
    ],
    rows,
    rowClass: ({ part }) => (part.basis === 'measured' || part.basis === 'partly' ? '' : 'benchmark'),
  });
}

const BASIS_WORDS = {
  measured: 'measured',
  partly: 'measured in part',
  assetClass: 'of other instruments',
  assumed: 'assumed',
  config: 'by the config',
  none: 'not measured',
  off: 'not charged',
} as const;

function describeOne(statement: CostStatement): string {
  const groups = [
    { head: 'Measured', parts: partsOf(statement, ['measured', 'partly']), tell: tellMeasured },
    { head: 'Of other instruments of its class', parts: partsOf(statement, ['assetClass']), tell: tellDetail },
    { head: 'Assumed', parts: partsOf(statement, ['assumed']), tell: tellDetail },
    { head: 'Not measured', parts: partsOf(statement, ['none']), tell: tellDetail },
    { head: 'Not charged', parts: partsOf(statement, ['off']), tell: tellDetail },
    { head: 'By the config', parts: partsOf(statement, ['config']), tell: tellDetail },
  ];
  const told = groups.flatMap(({ head, parts, tell }) =>
    parts.length === 0 ? [] : [`${head}: ${parts.map(tell).join(', ')}.`],
  );
  return [`${headOf(statement)}.`, ...told].join(' ');
}

function headOf({ instrument, costsOf, venue, table }: CostStatement): string {
  const whose = instrument === costsOf ? '' : `, which ${instrument} pays in place of its own`;
  return `Costs of ${costsOf} at ${venue}${whose}, table of ${table.created}`;
}

function tellMeasured(part: CostPart): string {
  const { sessions, samples } = part;
  const cells =
    sessions === null || sessions.length === SESSIONS.length
      ? ''
      : `, in ${sessions.length} of ${SESSIONS.length} sessions, which stand for the others`;
  return `${nameOf(part)} (${integer(samples)} samples, ${spanOf(part)}${cells})`;
}

const tellDetail = (part: CostPart): string => `${nameOf(part)} (${part.detail})`;

const partsOf = ({ parts }: CostStatement, bases: readonly CostPart['basis'][]): CostPart[] =>
  parts.filter(({ basis }) => bases.includes(basis));

const nameOf = ({ part }: CostPart): string => (part === 'halfSpread' ? 'half-spread' : title(part).toLowerCase());

const spanOf = ({ from, to }: CostPart): string | null =>
  from === null || to === null ? null : `${utcMinute(Date.parse(from))} to ${utcMinute(Date.parse(to))} UTC`;

const enumerate = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
