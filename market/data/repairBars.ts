/** Bars mended by named policies; every change is counted and told. */

import { InputError } from '../../core/errors.ts';
import type { DurationMs } from '../../core/units.ts';
import { adjustBars, adjustSplits, readFactors } from './adjustBars.ts';
import { BAR_COLUMNS, copyBars, createBars, mapColumns, numBars, sliceBars, takeRows, type Bars } from './bars.ts';
import { hashBars } from './barsHash.ts';
import type { FileColumn, FoundNames } from './csvHeader.ts';
import { checkTimeframe, definedNames, readBarFile, type BarFile, type ImportOptions } from './importBars.ts';
import { isoTimeMs } from './isoTime.ts';
import { checkBars } from './parquetBars.ts';
import { inspect, inspectBars } from './quality/inspect.ts';
import { findMissingBars } from './quality/missingBars.ts';
import { QUALITY_RULES } from './quality/qualityRules.ts';
import { mapQuotes, QUOTE_COLUMNS, quoteColumnsOf } from './quotes.ts';
import type { RepairPolicy } from './repairConfig.ts';
import { readTable, type DataTable } from './tables.ts';
import { detectTimeframeMs, findGaps } from './timeframe.ts';

/** Bars as they are trained on. */
export interface RepairedBars extends BarFile {
  /** (rows) 1 where a policy put the bar in. */
  readonly filled: Uint8Array;
  /** SHA-256 of the bars as the file has them; equal to `dataHash` where nothing was changed. */
  readonly sourceHash: string;
  /** What each policy did, one sentence each. */
  readonly repairs: readonly string[];
}

interface Mending {
  readonly bars: Bars;
  readonly filled: Uint8Array;
  readonly repairs: readonly string[];
}

/**
 * Reads bars and mends them; without policies the file must be sound, as {@link readBarFile} demands.
 *
 * @throws InputError for what no policy mends
 */
export async function readRepairedBars(
  path: string,
  policies: readonly RepairPolicy[],
  options: ImportOptions = {},
): Promise<RepairedBars> {
  const dropped = new Set(policies.flatMap((policy) => (policy.kind === 'drop' ? policy.findings : [])));
  const source = dropped.size === 0 ? await readSound(path, options) : await readDropping(path, dropped, options);
  let mending: Mending = { bars: source.bars, filled: new Uint8Array(numBars(source.bars)), repairs: source.repairs };
  for (const policy of policies) {
    if (policy.kind === 'adjust') mending = await adjust(mending, policy.factors);
    if (policy.kind === 'adjustSplits') mending = adjustBySplits(mending, policy.splits, path);
    if (policy.kind === 'forwardFill') mending = forwardFill(mending, source.timeframeMs, policy.maxBars);
  }
  return {
    ...mending,
    columns: source.columns,
    timeframeMs: source.timeframeMs,
    gaps: findGaps(mending.bars.openTimeMs, source.timeframeMs),
    dataHash: hashBars(mending.bars),
    sourceHash: source.sourceHash,
  };
}

type Source = Pick<RepairedBars, 'bars' | 'columns' | 'timeframeMs' | 'sourceHash' | 'repairs'>;

async function readSound(path: string, options: ImportOptions): Promise<Source> {
  const { dataHash, ...file } = await readBarFile(path, options);
  return { ...file, sourceHash: dataHash, repairs: [] };
}

async function readDropping(path: string, rules: ReadonlySet<string>, options: ImportOptions): Promise<Source> {
  const table = await readTable(path, definedNames(options.columns ?? {}));
  if (table.kind !== 'bars') {
    throw new InputError({ what: `not bars but ${table.kind}`, where: path, rule: 'time, open, high, low, close' });
  }
  if (table.unreadableRows > 0 && !rules.has('unreadable')) {
    const { what, line, text } = table.problems.find(({ column }) => column === null) ?? table.problems[0];
    throw new InputError({ what, where: `${path}:${line}`, value: text, hint: "or drop 'unreadable'" });
  }
  const data = inspect(table);
  const findings = QUALITY_RULES.filter(({ name, kinds }) => rules.has(name) && kinds.includes('bars')).map((rule) => ({
    name: rule.name,
    rows: rule.check(data)?.rows ?? new Int32Array(0),
  }));
  const isDropped = new Uint8Array(table.numRows);
  for (const { rows } of findings) for (const row of rows) isDropped[row] = 1;
  const all = toBars(table);
  const kept = Int32Array.from({ length: table.numRows }, (_, row) => row).filter((row) => isDropped[row] === 0);
  const bars = takeRows(all, kept);
  const names = namesOf(table);
  checkBars(bars, (column, row) => {
    return `${path}:${table.line[kept[row]]} column '${names[column] ?? column}'`;
  });
  const counts = findings.filter(({ rows }) => rows.length > 0).map(({ name, rows }) => `${rows.length} ${name}`);
  if (table.unreadableRows > 0) counts.unshift(`${table.unreadableRows} unreadable lines`);
  return {
    bars,
    columns: names,
    timeframeMs: checkTimeframe(path, detectTimeframeMs(bars.openTimeMs), options.timeframeMs),
    sourceHash: hashBars(all),
    repairs: [`drop: ${counts.length === 0 ? 'nothing to leave out' : `${counts.join(', ')} left out`}`],
  };
}

async function adjust({ bars, filled, repairs }: Mending, path: string): Promise<Mending> {
  const factors = await readFactors(path);
  return {
    bars: adjustBars(bars, factors),
    filled,
    repairs: [...repairs, `adjust: ${factors.length} factors of ${path}`],
  };
}

function adjustBySplits(
  { bars, filled, repairs }: Mending,
  named: Extract<RepairPolicy, { kind: 'adjustSplits' }>['splits'],
  path: string,
): Mending {
  const { openTimeMs } = bars;
  const splits = named.map(({ from, ratio }) => {
    const [newShares, oldShares] = ratio.split(':').map(Number);
    return { fromMs: isoTimeMs(from), newShares, oldShares };
  });
  const outside = splits.findIndex(
    ({ fromMs }) => !(fromMs > openTimeMs[0] && fromMs <= openTimeMs[openTimeMs.length - 1]),
  );
  if (outside >= 0) {
    const value = named[outside].from;
    throw new InputError({
      what: 'split at which there are no bars',
      where: `adjustSplits: ${path}`,
      rule: 'bars before it and after',
      value,
    });
  }
  const told = named.map(({ from, ratio }) => `${ratio} from ${from}`).join(', ');
  return { bars: adjustSplits(bars, splits), filled, repairs: [...repairs, `adjustSplits: ${told}`] };
}

function forwardFill({ bars, filled, repairs }: Mending, timeframeMs: DurationMs, maxBars: number): Mending {
  const holes = findMissingBars(inspectBars(bars, timeframeMs)).filter(
    ({ why, slots }) => why === 'outage' && slots.length > 0 && slots.length <= maxBars,
  );
  const added = holes.reduce((sum, { slots }) => sum + slots.length, 0);
  const mended = createBars(numBars(bars) + added, quoteColumnsOf(bars));
  const flags = new Uint8Array(numBars(mended));
  let to = 0;
  let from = 0;
  const copyUntil = (row: number) => {
    copyBars(sliceBars(bars, from, row), mended, to);
    flags.set(filled.subarray(from, row), to);
    to += row - from;
    from = row;
  };
  for (const { row, slots } of holes) {
    copyUntil(row);
    for (const slot of slots) {
      mended.openTimeMs[to] = slot;
      for (const column of ['open', 'high', 'low', 'close'] as const) mended[column][to] = bars.close[row - 1];
      // The last quote stands; nobody trades.
      mapQuotes(mended.quotes, (values, column) => {
        values[to] = column === 'signedVolume' ? 0 : (bars.quotes?.[column]?.[row - 1] ?? NaN);
      });
      flags[to++] = 1;
    }
  }
  copyUntil(numBars(bars));
  const told = `forwardFill: ${added} flat bars put into ${holes.length} outages of up to ${maxBars} bars`;
  return { bars: mended, filled: flags, repairs: [...repairs, told] };
}

function toBars({ columns, numRows }: DataTable): Bars {
  const bars = mapColumns((name) => columns.get(inTable(name)) ?? new Float64Array(numRows));
  const quotes = QUOTE_COLUMNS.flatMap((name) => {
    const values = columns.get(name);
    return values === undefined ? [] : [[name, values]];
  });
  return quotes.length === 0 ? bars : { ...bars, quotes: Object.fromEntries(quotes) };
}

/** What a table calls a column of bars. */
const inTable = (column: FileColumn): string => (column === 'openTimeMs' ? 'timeMs' : column);

function namesOf({ sources }: DataTable): FoundNames {
  const nameOf = (column: FileColumn) => sources.find(({ name }) => name === inTable(column))?.source ?? null;
  const quotes = QUOTE_COLUMNS.filter((column) => nameOf(column) !== null);
  return Object.fromEntries([...BAR_COLUMNS, ...quotes].map((column) => [column, nameOf(column)])) as FoundNames;
}
