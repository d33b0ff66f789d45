/** The parts of an instrument's entry: measured anew where there are recordings, else as they were measured before. */

import { InputError } from '../../../core/errors.ts';
import { SESSIONS, type Session } from '../../sessions.ts';
import type { Distribution } from '../distribution.ts';
import type { ExecutionTable, InstrumentEntry, SessionCosts, SlippageRung, TableSource } from '../table.ts';
import type { FillLadders } from './fillLadders.ts';
import type { SessionSamples } from './sessionSamples.ts';
import type { SlippageSamples } from './slippageSamples.ts';

type Ladder = readonly SlippageRung[];

/** One measure of an instrument, over all sessions and in each of them. */
interface PerSession<T> {
  readonly pair: T;
  readonly sessions: Readonly<Record<Session, T>>;
}

const eachSession = <T>(make: (session: Session) => T): Record<Session, T> =>
  Object.fromEntries(SESSIONS.map((name) => [name, make(name)])) as Record<Session, T>;

/** @param samples null where nothing was recorded anew */
export function makeSpreads(
  instrument: string,
  samples: SessionSamples | null,
  earlier: InstrumentEntry | null,
): PerSession<Distribution> {
  if (samples === null) {
    if (earlier === null) {
      const rule = 'a new instrument needs quotes or books';
      throw new InputError({ what: 'its half-spread was never measured', where: instrument, rule });
    }
    return {
      pair: earlier.pair.halfSpreadBps,
      sessions: eachSession((session) => earlier.sessions[session].halfSpreadBps),
    };
  }
  const pair = samples.pair();
  if (pair === null) throw new InputError({ what: 'no quote stood for any time', where: instrument });
  return { pair, sessions: eachSession((session) => samples.session(session) ?? { ...pair, count: 0, seconds: 0 }) };
}

interface LadderParts {
  /** Null where no books were recorded anew. */
  readonly books: SlippageSamples | null;
  readonly fills: FillLadders;
  readonly earlier: InstrumentEntry | null;
  readonly rule: ExecutionTable['fallback'];
}

/** Slippage from books, new or earlier, in which own fills take the place of rungs that enough of them were measured at. */
export function makeLadders({ books, fills, earlier, rule }: LadderParts): PerSession<SlippageRung[] | null> {
  const pair = fills.pair(books === null ? (earlier?.pair.slippageBps ?? null) : books.pair(), rule);
  const known = (session: Session): Ladder | null =>
    books === null ? (earlier?.sessions[session].slippageBps ?? null) : books.session(session);
  return {
    pair,
    sessions: eachSession((session) => {
      const ladder = known(session);
      const own = ladder !== null && ladder[0].level === 'session' ? ladder : null;
      return fills.session(session, { books: own, pair, rule }) ?? standIn(pair, ladder);
    }),
  };
}

/** The pair's rungs, with the count of what the session had itself. */
function standIn(pair: Ladder | null, own: Ladder | null): SlippageRung[] | null {
  if (pair === null) return null;
  const { count, seconds } = own?.[0] ?? { count: 0, seconds: 0 };
  return pair.map((rung) => ({ ...rung, count, seconds }));
}

export const combineSessions = (
  spreads: PerSession<Distribution>,
  ladders: PerSession<SlippageRung[] | null>,
): Record<Session, SessionCosts> =>
  eachSession((session) => ({
    halfSpreadBps: spreads.sessions[session],
    slippageBps: ladders.sessions[session],
  }));

/** Kinds of recordings that tell of the same: new ones take the place of the earlier ones. */
const KINDS: readonly (readonly TableSource['kind'][])[] = [
  ['quoteTicks', 'quoteBars'],
  ['books', 'depthFeed'],
  ['trades'],
  ['fills', 'journal'],
];

/** Whether an entry's spread was measured from quotes, not from the touch of books. */
export const hasQuotes = (entry: InstrumentEntry | null): boolean =>
  entry?.sources.some(({ kind }) => KINDS[0].includes(kind)) ?? false;

/** Earlier recordings that still stand behind numbers of the entry. */
export function keptSources(earlier: InstrumentEntry | null, added: readonly TableSource[]): TableSource[] {
  const renewed = KINDS.filter((kinds) => added.some(({ kind }) => kinds.includes(kind))).flat();
  return (earlier?.sources ?? []).filter(({ kind }) => !renewed.includes(kind));
}
