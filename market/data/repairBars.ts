/** Bars mended by named policies; every change is counted and told. */

import { InputError } from '../../core/errors.ts';
import type { DurationMs } from '../../core/units.ts';
import { adjustBars, readFactors } from './adjustBars.ts';
import { BAR_COLUMNS, createBars, numBars, type Bars } from './bars.ts';
import { hashBars } from './barsHash.ts';
import { checkTimeframe, definedNames, readBarFile, type BarFile, type ImportOptions } from './importBars.ts';
import { checkBars } from './parquetBars.ts';
import { inspect, inspectBars } from './quality/inspect.ts';
import { findMissingBars } from './quality/missingBars.ts';
import { QUALITY_RULES } from './quality/qualityRules.ts';
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
  const names = definedNames(options.columns ?? {});
  const table = await readTable(path, names);
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
  const source = (column: string) => table.sources.find(({ name }) => name === column)?.source ?? column;
  checkBars(bars, (column, row) => {
    const ours = column === 'openTimeMs' ? 'timeMs' : column;
    return `${path}:${table.line[kept[row]]} column '${source(ours)}'`;
  });
  const counts = findings.filter(({ rows }) => rows.length > 0).map(({ name, rows }) => `${rows.length} ${name}`);
  if (table.unreadableRows > 0) counts.unshift(`${table.unreadableRows} unreadable lines`);
  return {
    bars,
    columns: namesOf(table),
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

function forwardFill({ bars, filled, repairs }: Mending, timeframeMs: DurationMs, maxBars: number): Mending {
  const holes = findMissingBars(inspectBars(bars, timeframeMs)).filter(
    ({ why, slots }) => why === 'outage' && slots.length > 0 && slots.length <= maxBars,
  );
  const added = holes.reduce((sum, { slots }) => sum + slots.length, 0);
  const mended = createBars(numBars(bars) + added);
  const flags = new Uint8Array(numBars(mended));
  let to = 0;
  let from = 0;
  const copyUntil = (row: number) => {
    for (const column of BAR_COLUMNS) mended[column].set(bars[column].subarray(from, row), to);
    flags.set(filled.subarray(from, row), to);
    to += row - from;
    from = row;
  };
  for (const { row, slots } of holes) {
    copyUntil(row);
    for (const slot of slots) {
      mended.openTimeMs[to] = slot;
      for (const column of ['open', 'high', 'low', 'close'] as const) mended[column][to] = bars.close[row - 1];
      flags[to++] = 1;
    }
  }
  copyUntil(numBars(bars));
  const told = `forwardFill: ${added} flat bars put into ${holes.length} outages of up to ${maxBars} bars`;
  return { bars: mended, filled: flags, repairs: [...repairs, told] };
}

function toBars({ columns, numRows }: DataTable): Bars {
  const column = (name: string) => columns.get(name) ?? new Float64Array(numRows);
  return {
    openTimeMs: column('timeMs'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}

function takeRows(bars: Bars, rows: Int32Array): Bars {
  const taken = createBars(rows.length);
  for (const column of BAR_COLUMNS) rows.forEach((row, at) => (taken[column][at] = bars[column][row]));
  return taken;
}

function namesOf({ sources }: DataTable): BarFile['columns'] {
  const nameOf = (column: string) => sources.find(({ name }) => name === column)?.source ?? null;
  return {
    openTimeMs: nameOf('timeMs'),
    open: nameOf('open'),
    high: nameOf('high'),
    low: nameOf('low'),
    close: nameOf('close'),
    volume: nameOf('volume'),
  };
}
