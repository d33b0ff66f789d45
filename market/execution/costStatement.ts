/** What the costs of a run were measured on, when and how often, and what of them was not: one statement for every cost figure. */

import { SESSIONS, type Session } from '../sessions.ts';
import type { ExecutionConfig } from './executionConfig.ts';
import { findInstrument } from './loadExecutionTable.ts';
import type { Distribution } from './distribution.ts';
import type { ExecutionTable, InstrumentEntry, TableSource } from './table.ts';

export const COST_PARTS = ['halfSpread', 'slippage', 'latency', 'fillRatio', 'impact', 'fees', 'interest'] as const;

/**
 * Where a part of the costs is from: `measured` in every session; `partly`, where sessions without samples take the numbers of the
 * pair; `assetClass`, measured on other instruments of the class; `assumed` by the config; `config`, a price list that is not
 * measured at all; `none`, never measured and not charged; `off`, measured and not charged, for the config does not ask for it.
 */
export type CostBasis = 'measured' | 'partly' | 'assetClass' | 'assumed' | 'config' | 'none' | 'off';

export interface CostPart {
  readonly part: (typeof COST_PARTS)[number];
  readonly basis: CostBasis;
  /** Sessions with samples of their own; null where a part is not measured by session. */
  readonly sessions: readonly Session[] | null;
  /** Null where nothing was measured. */
  readonly samples: number | null;
  /** Span of the recordings, ISO; null where nothing was measured, or not on this instrument. */
  readonly from: string | null;
  readonly to: string | null;
  /** One clause. */
  readonly detail: string;
}

/** Of one instrument at one venue. */
export interface CostStatement {
  /** What is traded. */
  readonly instrument: string;
  /** Entry of the table whose costs it pays. */
  readonly costsOf: string;
  /** Where they were measured. */
  readonly venue: string;
  /** Date and hash of the table. */
  readonly table: { readonly created: string; readonly hash: string };
  readonly parts: readonly CostPart[];
}

interface Stated {
  readonly table: ExecutionTable;
  readonly entry: InstrumentEntry;
  readonly config: ExecutionConfig;
}

/** States the costs that {@link createExecutionModel} charges for the same options. */
export function stateCosts({
  table,
  instrument,
  config,
}: {
  readonly table: ExecutionTable;
  readonly instrument: string;
  readonly config: ExecutionConfig;
}): CostStatement {
  const costsOf = config.instrument ?? instrument;
  const entry = findInstrument(table, costsOf);
  const stated = { table, entry, config };
  return {
    instrument,
    costsOf,
    venue: entry.venue,
    table: { created: table.created, hash: table.hash },
    parts: [
      stateSpread(stated),
      stateSlippage(stated),
      stateLatency(stated),
      stateFillRatio(stated),
      stateImpact(stated),
      notMeasured('fees', 'config', `taker ${config.takerFeeBps} bps, maker ${config.makerFeeBps} bps`),
      notMeasured(
        'interest',
        'config',
        `borrowing ${percent(config.borrowRatePerYear)} and credit ${percent(config.cashRatePerYear)} a year`,
      ),
    ],
  };
}

/** What stands for the rest, in the order of cells: of the session itself, else of the pair, else of the class. */
function stateCells(
  part: 'halfSpread' | 'slippage',
  { table, entry }: Stated,
  { cells, pair }: { readonly cells: Readonly<Record<Session, Distribution>>; readonly pair: Distribution | null },
): Omit<CostPart, 'from' | 'to'> {
  const at = (level: Distribution['level']) => SESSIONS.filter((session) => cells[session].level === level);
  const [own, ofPair, ofClass] = [at('session'), at('pair'), at('assetClass')];
  if (ofClass.length === SESSIONS.length) {
    const measured = Object.entries(table.instruments).filter(
      ([, { assetClass, ...other }]) => assetClass === entry.assetClass && isMeasured(other.pair, part),
    );
    const whose = measured.map(([name]) => name).join(', ');
    const detail = `never measured on it: that of its asset class ${entry.assetClass} (${whose})`;
    return { part, basis: 'assetClass', sessions: [], samples: null, detail };
  }
  const samples = pair?.count ?? 0;
  if (own.length === SESSIONS.length)
    return { part, basis: 'measured', sessions: own, samples, detail: 'in every session' };
  const missing = [
    ...(ofPair.length > 0 ? [`${ofPair.join(', ')} had too few samples and take those of all sessions together`] : []),
    ...(ofClass.length > 0 ? [`${ofClass.join(', ')} take those of the asset class ${entry.assetClass}`] : []),
  ];
  const told = own.length === 0 ? 'in no session for itself' : `in ${own.join(', ')}`;
  return { part, basis: 'partly', sessions: own, samples, detail: `${told}; ${missing.join('; ')}` };
}

const isMeasured = (pair: InstrumentEntry['pair'], part: 'halfSpread' | 'slippage'): boolean =>
  part === 'slippage' ? pair.slippageBps !== null : pair.halfSpreadBps.level === 'pair';

function stateSpread(stated: Stated): CostPart {
  const { sessions, pair } = stated.entry;
  const cells = bySession((session) => sessions[session].halfSpreadBps);
  const told = stateCells('halfSpread', stated, { cells, pair: pair.halfSpreadBps });
  return { ...told, ...spanOfPart(told.basis, stated.entry, ['quoteTicks', 'quoteBars']) };
}

function stateSlippage(stated: Stated): CostPart {
  const { sessions, pair } = stated.entry;
  if (SESSIONS.some((session) => sessions[session].slippageBps === null)) {
    return notMeasured('slippage', 'none', 'no order book was recorded: taken to be zero');
  }
  const rungs = sessions[SESSIONS[0]].slippageBps ?? [];
  const cells = bySession((session) => sessions[session].slippageBps?.[0] ?? rungs[0]);
  const largest = rungs[rungs.length - 1];
  const thin =
    largest.extrapolatedShare > 0
      ? `, where ${percent(largest.extrapolatedShare)} of the books were too thin and were continued`
      : '';
  const { detail, ...told } = stateCells('slippage', stated, { cells, pair: pair.slippageBps?.[0] ?? null });
  const upTo = `orders up to ${largest.notional.toLocaleString('en-US')}${thin}`;
  return { ...told, ...spanOfPart(told.basis, stated.entry, FILL_KINDS), detail: `${detail}; ${upTo}` };
}

function stateLatency({ entry, config }: Stated): CostPart {
  const { latencyMs } = entry;
  if (latencyMs !== null) return measured('latency', latencyMs.count, { entry, detail: 'orders', kinds: ORDER_KINDS });
  const { assumedLatencyMs } = config;
  if (assumedLatencyMs === null) return notMeasured('latency', 'none', 'every fill is taken to be in time');
  return notMeasured('latency', 'assumed', `${assumedLatencyMs} ms, as execution.assumedLatencyMs says`);
}

function stateFillRatio({ entry: { fillRatio }, entry }: Stated): CostPart {
  if (fillRatio !== null)
    return measured('fillRatio', fillRatio.count, { entry, detail: 'orders', kinds: ORDER_KINDS });
  return notMeasured('fillRatio', 'none', 'no own orders were recorded');
}

function stateImpact({ entry, config }: Stated): CostPart {
  if (config.impact === null) {
    return entry.impact === null
      ? notMeasured('impact', 'none', 'orders are taken to move no price')
      : notMeasured('impact', 'off', 'orders are taken to move no price, though the table has it: execution.impact');
  }
  const { coefficient } = config.impact;
  if (coefficient !== null) {
    return notMeasured('impact', 'assumed', `coefficient ${coefficient}, as execution.impact.coefficient says`);
  }
  const count = entry.impact?.count ?? 0;
  return measured('impact', count, { entry, detail: 'buckets of public trades', kinds: ['trades'] });
}

const FILL_KINDS = ['books', 'depthFeed', 'fills', 'journal'] as const;
const ORDER_KINDS = ['fills', 'journal'] as const;

const notMeasured = (part: CostPart['part'], basis: CostBasis, detail: string): CostPart => ({
  ...{ part, basis, detail },
  sessions: null,
  samples: null,
  from: null,
  to: null,
});

function measured(
  part: CostPart['part'],
  samples: number,
  { entry, detail, kinds }: { entry: InstrumentEntry; detail: string; kinds: readonly TableSource['kind'][] },
): CostPart {
  return { part, basis: 'measured', sessions: null, samples, ...spanOf(entry, kinds), detail };
}

/** First and last time of the recordings of these kinds; of all of them where none is of them. */
function spanOf({ sources }: InstrumentEntry, kinds: readonly TableSource['kind'][]): { from: string; to: string } {
  const ofKind = sources.filter(({ kind }) => kinds.includes(kind));
  const read = ofKind.length > 0 ? ofKind : sources;
  const times = (key: 'from' | 'to') => read.map((source) => source[key]).sort();
  return { from: times('from')[0], to: times('to')[read.length - 1] };
}

const spanOfPart = (basis: CostBasis, entry: InstrumentEntry, kinds: readonly TableSource['kind'][]) =>
  basis === 'assetClass' ? { from: null, to: null } : spanOf(entry, kinds);

const bySession = <T>(read: (session: Session) => T): Record<Session, T> =>
  Object.fromEntries(SESSIONS.map((session) => [session, read(session)])) as Record<Session, T>;

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
