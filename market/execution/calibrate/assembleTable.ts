/** From measured instruments to a table: thin cells take the numbers of their parents, and say so. */

import { SESSIONS, type Session } from '../../sessions.ts';
import { NUM_QUANTILES, type Distribution } from '../distribution.ts';
import { hashTable, TABLE_SCHEMA_VERSION } from '../table.ts';
import type { ExecutionTable, InstrumentEntry, SessionCosts, SlippageRung } from '../table.ts';
import { roundMeasured, WeightedSamples } from './weightedSamples.ts';

type FallbackRule = ExecutionTable['fallback'];

/** Below this a cell says more about its few moments than about its session. */
export const DEFAULT_FALLBACK: FallbackRule = { minCount: 100, minSeconds: 300 };

interface AssembleOptions {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** Newly measured, or taken over from an older table: cells measured in their session are kept, the rest is found anew. */
  readonly instruments: Readonly<Record<string, InstrumentEntry>>;
  readonly fallback?: FallbackRule;
}

/** Decides every fallback, pools the asset classes, signs the content with its hash. */
export function assembleTable({ date, instruments, fallback = DEFAULT_FALLBACK }: AssembleOptions): ExecutionTable {
  const names = Object.keys(instruments).sort();
  const classNames = [...new Set(names.map((name) => instruments[name].assetClass))].sort();
  const classes = classNames.flatMap((assetClass) => {
    const members = names.filter((name) => instruments[name].assetClass === assetClass);
    const pooled = poolClass(
      members.map((name) => instruments[name].pair),
      fallback,
    );
    return pooled === null ? [] : [[assetClass, { instruments: members, ...pooled }] as const];
  });
  const assetClasses = Object.fromEntries(classes);
  const entries = names.map((name) => {
    const entry = instruments[name];
    return [name, resolveEntry(entry, assetClasses[entry.assetClass] ?? null, fallback)] as const;
  });
  const content = {
    schemaVersion: TABLE_SCHEMA_VERSION,
    created: date,
    fallback,
    assetClasses,
    instruments: Object.fromEntries(entries),
  } as const;
  return { ...content, hash: hashTable(content) };
}

type Coverage = Pick<Distribution, 'count' | 'seconds'>;

const isEnough = (cell: Coverage, { minCount, minSeconds }: FallbackRule): boolean =>
  cell.count >= minCount && cell.seconds >= minSeconds;

function resolveEntry(entry: InstrumentEntry, assetClass: SessionCosts | null, rule: FallbackRule): InstrumentEntry {
  const resolve = (own: SessionCosts): SessionCosts => ({
    halfSpreadBps: resolveCell(own.halfSpreadBps, [entry.pair.halfSpreadBps, assetClass?.halfSpreadBps], rule),
    slippageBps: resolveLadder(own.slippageBps, [entry.pair.slippageBps, assetClass?.slippageBps], rule),
  });
  const sessions = SESSIONS.map((name) => [name, resolve(entry.sessions[name])] as const);
  return { ...entry, sessions: Object.fromEntries(sessions) as Record<Session, SessionCosts> };
}

/** Own numbers where they suffice, else the first parent's that do, else the pair's, few as they are. */
function resolveCell(
  own: Distribution,
  [pair, assetClass]: readonly [Distribution, Distribution | undefined],
  rule: FallbackRule,
): Distribution {
  if (own.level === 'session' && isEnough(own, rule)) return own;
  const parent = isEnough(pair, rule) ? pair : (assetClass ?? pair);
  return { ...parent, count: own.count, seconds: own.seconds };
}

/** A ladder falls back as a whole: rungs of different origin could cost less for more. */
function resolveLadder(
  own: readonly SlippageRung[] | null,
  [pair, assetClass]: readonly [SlippageRung[] | null, SlippageRung[] | null | undefined],
  rule: FallbackRule,
): SlippageRung[] | null {
  if (own !== null && own[0].level === 'session' && isEnough(own[0], rule)) return [...own];
  const parent = pair !== null && isEnough(pair[0], rule) ? pair : (assetClass ?? pair);
  if (parent === null) return null;
  const { count, seconds } = own?.[0] ?? { count: 0, seconds: 0 };
  return parent.map((rung) => ({ ...rung, count, seconds }));
}

/** The class as the even mixture of its well measured instruments; null where there is none. */
function poolClass(members: readonly SessionCosts[], rule: FallbackRule): SessionCosts | null {
  const spreads = members.map((costs) => costs.halfSpreadBps).filter((cell) => isEnough(cell, rule));
  if (spreads.length === 0) return null;
  const ladders = members.flatMap(({ slippageBps }) =>
    slippageBps !== null && isEnough(slippageBps[0], rule) ? [slippageBps] : [],
  );
  // A pair of own fills alone may know one size only; it does not take the others from its class.
  const numSizes = Math.max(0, ...ladders.map((ladder) => ladder.length));
  const whole = ladders.filter((ladder) => ladder.length === numSizes);
  return { halfSpreadBps: pool(spreads), slippageBps: whole.length === 0 ? null : poolLadders(whole) };
}

function poolLadders(ladders: readonly (readonly SlippageRung[])[]): SlippageRung[] | null {
  const rungs = ladders[0].flatMap((first) => {
    const same = ladders.map((ladder) => ladder.find((rung) => rung.notional === first.notional));
    const found = same.filter((rung) => rung !== undefined);
    return found.length === ladders.length ? [poolRungs(found)] : [];
  });
  return rungs.length === 0 ? null : rungs;
}

function poolRungs(rungs: readonly SlippageRung[]): SlippageRung {
  const average = (pick: (rung: SlippageRung) => number) =>
    roundMeasured(rungs.reduce((sum, rung) => sum + pick(rung), 0) / rungs.length);
  return {
    notional: rungs[0].notional,
    againstMid: {
      mean: average((rung) => rung.againstMid.mean),
      p50: average((rung) => rung.againstMid.p50),
      p90: average((rung) => rung.againstMid.p90),
      p99: average((rung) => rung.againstMid.p99),
    },
    extrapolatedShare: average((rung) => rung.extrapolatedShare),
    measuredFrom: rungs.every((rung) => rung.measuredFrom === rungs[0].measuredFrom) ? rungs[0].measuredFrom : 'both',
    ...pool(rungs),
  };
}

function pool(cells: readonly Distribution[]): Distribution {
  const mixture = new WeightedSamples();
  const cellsOfOne = NUM_QUANTILES - 1;
  for (const { quantiles, tailMean } of cells) {
    for (let i = 0; i < cellsOfOne; i++) {
      const middle = i === cellsOfOne - 1 ? tailMean : (quantiles[i] + quantiles[i + 1]) / 2;
      mixture.push(middle, 1 / (cellsOfOne * cells.length));
    }
  }
  const measured = mixture.summarize();
  if (measured === null) throw new RangeError('a class is pooled from one instrument at least');
  return {
    ...measured,
    count: cells.reduce((sum, cell) => sum + cell.count, 0),
    seconds: cells.reduce((sum, cell) => sum + cell.seconds, 0),
    level: 'assetClass',
  };
}
