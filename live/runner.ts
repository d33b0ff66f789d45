/** The live runner: one decision path for paper, dry run and a real venue, and for the replay that proves it. */

import { InputError } from '../core/errors.ts';
import type { Ledger } from '../envs/ledger.ts';
import type { Alerts } from './alerts.ts';
import type { Order } from './broker.ts';
import { CompanionCheck } from './companionCheck.ts';
import type { DriftMonitor } from './drift.ts';
import { checkBar, nextOrAbort, type Feed } from './feed.ts';
import type { Journal } from './journal.ts';
import type { JournalRecord } from './journalRecord.ts';
import { LiveSession, type SessionOptions } from './liveSession.ts';
import { sendOrder, type RetryOptions } from './retry.ts';
import { Watch } from './watch.ts';

export interface LiveOptions extends SessionOptions {
  readonly feed: Feed;
  /** Null where nothing is to be kept; otherwise what it recovered is taken up, bars already lived are passed over. */
  readonly journal: Journal | null;
  /** What a journal belongs to besides its name: a hash of model and config. */
  readonly identity: string;
  readonly alerts: Alerts | null;
  readonly drift: DriftMonitor | null;
  /** How rejected orders are sent again; null: a rejection is final. */
  readonly retry: RetryOptions | null;
  /** Aborted by an operator: the bar at hand is finished, then the run ends. */
  readonly signal: AbortSignal;
}

export interface LiveResult {
  readonly ledger: Ledger;
  readonly ended: 'feedEnded' | 'interrupted';
  /** Bars that were lived, warm-up and resumed ones included. */
  readonly bars: number;
  /** What the feed did wrong, by kind. */
  readonly problems: Readonly<Record<string, number>>;
}

/**
 * Lives every bar of the feed: fills what is pending, marks the account, updates the features, decides, asks the rules,
 * writes the journal, sends the order.
 *
 * The first decision falls on the bar on which a backtest first observes; the ledger starts with the bar after it.
 *
 * @throws InputError when the journal is of another run; whatever the feed, the broker or the policy throws
 */
export async function runLive(options: LiveOptions): Promise<LiveResult> {
  const { feed, journal, timeframeMs, signal, stream } = options;
  const session = new LiveSession(options);
  const problems: Record<string, number> = {};
  const noted: JournalRecord[] = [];
  const watch = new Watch(options);
  const companions = new CompanionCheck();
  const { lastTimeMs: resumedMs, pending } = takeUp(session, options);
  if (pending !== null) await send(pending, { ...options, session, watch });
  let lastTimeMs = resumedMs;
  const iterator = feed[Symbol.asyncIterator]();
  let ended: LiveResult['ended'] = 'feedEnded';
  for (;;) {
    const next = await nextOrAbort(iterator, signal);
    if (next === 'aborted') ended = 'interrupted';
    if (next === 'aborted' || next.done === true) break;
    // A replayed feed starts over after a restart; what was lived is lived.
    if (resumedMs !== null && lastTimeMs === resumedMs && next.value.openTimeMs <= resumedMs) continue;
    const { bar, problem } = checkBar(next.value, lastTimeMs, timeframeMs);
    if (problem !== null) {
      problems[problem.kind] = (problems[problem.kind] ?? 0) + 1;
      noted.push({ kind: 'problem', problem: problem.kind, detail: problem.detail });
      watch.raise('warning', `feed: ${problem.kind} bar`, problem.detail);
    }
    if (bar === null) {
      companions.leaveOut(next.value);
      continue;
    }
    const outcome = await session.live(companions.pass(bar));
    journal?.write([...noted.splice(0), ...outcome.records]);
    if (outcome.order !== null) await send(outcome.order, { ...options, session, watch });
    watch.report(outcome);
    lastTimeMs = bar.openTimeMs;
  }
  journal?.write([{ kind: 'stop', reason: ended }]);
  await options.alerts?.drain();
  return { ledger: session.ledger, ended, bars: stream.numBars, problems };
}

/** Sends an order until it stands or is given up, and tells a person of the latter. */
async function send(order: Order, options: LiveOptions & { session: LiveSession; watch: Watch }): Promise<void> {
  const { broker, retry, journal, killSwitch, session, watch, signal } = options;
  const sent = await sendOrder(order, {
    broker,
    retry,
    whyStopped: () => killSwitch?.look()?.reason ?? null,
    renew: (rejected) => session.renew(rejected),
    note: (records) => journal?.write(records),
    signal,
  });
  if (sent.kind !== 'givenUp') return;
  const times = sent.attempts === 1 ? 'once' : `${sent.attempts} times`;
  watch.raise(
    'critical',
    'order given up',
    `${order.side} to weight ${order.targetWeight}, sent ${times}: ${sent.reason}`,
  );
}

const NOTHING = { lastTimeMs: null, pending: null };

/** Starts the journal, or goes on where it ends. */
function takeUp(
  session: LiveSession,
  { journal, name, identity, broker }: LiveOptions,
): ReturnType<LiveSession['resume']> {
  if (journal === null) return NOTHING;
  const { startEquity } = broker;
  const [start] = journal.recovered;
  if (start === undefined) {
    journal.write([{ kind: 'start', name, startEquity, identity }]);
    return NOTHING;
  }
  const same =
    start.kind === 'start' && start.name === name && start.identity === identity && start.startEquity === startEquity;
  if (same) return session.resume(journal.recovered);
  throw new InputError({
    what: 'the journal is of another run',
    where: journal.path,
    rule: `${name}, identity ${identity}, start equity ${startEquity}`,
    value:
      start.kind === 'start'
        ? `${start.name}, identity ${start.identity}, start equity ${start.startEquity}`
        : start.kind,
    hint: 'name a new journal file',
  });
}
