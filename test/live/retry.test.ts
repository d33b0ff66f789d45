import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../../core/clock.ts';
import { createRng } from '../../core/rng.ts';
import type { Saved } from '../../core/saved.ts';
import { LEDGER_COLUMNS, type Ledger } from '../../envs/ledger.ts';
import { Alerts, type Alert } from '../../live/alerts.ts';
import type { AccountSnapshot, Broker, Order, Submission } from '../../live/broker.ts';
import { Journal } from '../../live/journal.ts';
import { KillSwitch } from '../../live/killSwitch.ts';
import { retryConfig } from '../../live/retry.ts';
import { runLive, type LiveOptions } from '../../live/runner.ts';
import type { Bar } from '../../market/data/bar.ts';
import { silentLog } from '../../core/log.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { liveRun } from './liveRun.ts';

const SEED = 5;
const BUSY: Submission = { kind: 'rejected', reason: 'too many requests', retryable: true };
const FINAL: Submission = { kind: 'rejected', reason: 'no margin', retryable: false };
const book = (ledger: Ledger) => LEDGER_COLUMNS.map((column) => [...ledger.columns()[column]]);

type Mood = (attempt: number, order: Order) => Submission | null;

/** A venue that answers as it is told to, and keeps the account of another where it accepts. It refuses an id it has seen. */
class MoodyBroker implements Broker {
  readonly startEquity: number;
  readonly seen: Order[] = [];
  accepted = 0;
  readonly #account: Broker;
  readonly #mood: Mood;

  /** @param mood of each attempt, from 1; null where it accepts */
  constructor(account: Broker, mood: Mood) {
    this.startEquity = account.startEquity;
    this.#account = account;
    this.#mood = mood;
  }

  submit(order: Order): Promise<Submission> | Submission {
    if (this.seen.some(({ id }) => id === order.id)) throw new Error(`order ${order.id} was sent twice`);
    this.seen.push(order);
    const answer = this.#mood(this.seen.length, order);
    if (answer !== null) return answer;
    this.accepted += 1;
    return this.#account.submit(order);
  }

  settle(bar: Bar): Promise<AccountSnapshot> | AccountSnapshot {
    return this.#account.settle(bar);
  }

  save(): Saved {
    return this.#account.save();
  }

  restore(saved: Saved): void {
    this.#account.restore(saved);
  }
}

/** A run whose venue is moody, with a pause that takes no time and is written down. */
function moodyRun(mood: Mood, overrides: Partial<LiveOptions> = {}) {
  const pauses: number[] = [];
  const alerts: Alert[] = [];
  const plain = liveRun(SEED);
  const broker = new MoodyBroker(plain.broker, mood);
  const options: LiveOptions = {
    ...plain,
    broker,
    alerts: new Alerts([{ name: 'list', send: (alert) => void alerts.push(alert) }], silentLog),
    retry: {
      config: retryConfig.parse({}),
      rng: createRng(1),
      pause: async (ms) => void pauses.push(ms),
    },
    ...overrides,
  };
  return { options, broker, pauses, alerts };
}

describe('orders that a venue rejects', () => {
  const folder = temporaryFolder();

  it('are sent again, later each time, under ids never sent before, and leave the ledger that they would have left at once', async () => {
    const { ledger } = await runLive(liveRun(SEED));
    const { options, broker, pauses, alerts } = moodyRun((attempt) => (attempt % 4 === 0 ? null : BUSY));
    const found = await runLive(options);
    expect(book(found.ledger)).to.deep.equal(book(ledger));
    expect(broker.accepted).to.be.above(10);
    expect(broker.seen.length).to.equal(4 * broker.accepted);
    const firstThree = pauses.slice(0, 3);
    [200, 400, 800].forEach((full, i) => expect(firstThree[i]).to.be.within(full / 2, full));
    expect(new Set(pauses).size, 'waits are drawn').to.equal(pauses.length);
    expect(alerts).to.deep.equal([]);
  });

  it('wait no longer than the longest wait', async () => {
    const config = retryConfig.parse({ maxAttempts: 12, jitter: 0 });
    const pauses: number[] = [];
    const pause = async (ms: number) => void pauses.push(ms);
    const { options } = moodyRun((attempt) => (attempt % 12 === 0 ? null : BUSY), {
      retry: { config, rng: createRng(1), pause },
    });
    await runLive(options);
    expect(pauses.slice(0, 7)).to.deep.equal([200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it('are given up after so many times, or at once where the venue will never take them; a person is told', async () => {
    for (const [answer, times] of [
      [BUSY, 5],
      [FINAL, 1],
    ] as const) {
      const { options, broker, alerts } = moodyRun(() => answer);
      const { ledger } = await runLive(options);
      expect(new Set(ledger.columns().equity), 'nothing was ever bought').to.deep.equal(new Set([10_000]));
      expect(broker.seen.length % times).to.equal(0);
      expect(alerts.length).to.equal(broker.seen.length / times);
      expect(alerts[0]).to.include({ level: 'critical', what: 'order given up' });
      expect(alerts[0].detail).to.contain(answer.kind === 'rejected' ? answer.reason : '');
    }
  });

  it('are not sent again once the kill switch has tripped, unless they close the position because of it', async () => {
    const clock = new ManualClock(0);
    const killSwitch = new KillSwitch(join(folder, 'switch.json'), clock);
    let [trippedAt, held] = [Infinity, 0];
    const { options, broker, alerts } = moodyRun(
      (attempt, order) => {
        if (held !== 0 && attempt >= 10 && attempt <= trippedAt + 1) return BUSY;
        held = order.targetWeight;
        return null;
      },
      { killSwitch, onTrip: 'flatten' },
    );
    const { retry } = options;
    if (retry === null) throw new Error('no retry');
    const pause = async () => {
      if (trippedAt === Infinity) trippedAt = broker.seen.length;
      killSwitch.trip('call', 'enough');
    };
    const { ledger } = await runLive({ ...options, retry: { ...retry, pause } });
    const after = broker.seen.slice(trippedAt);
    expect(after.length, 'the order at hand was not sent again; the closing one was').to.equal(2);
    for (const order of after) expect(order).to.include({ targetWeight: 0, isUrgent: true });
    expect(ledger.columns().quantity.at(-1)).to.equal(0);
    expect(alerts.map(({ what }) => what)).to.include('order given up');
  });

  it('killed while an order waits, a run goes on with the next id and ends on the same ledger', async () => {
    const { ledger } = await runLive(liveRun(SEED));
    const path = join(folder, 'waiting.jsonl');
    const mood = (attempt: number) => (attempt === 4 || attempt === 5 ? BUSY : null);
    const first = moodyRun(mood, { journal: new Journal(path, 'buffered') });
    const retry = first.options.retry;
    if (retry === null) throw new Error('no retry');
    const dying = {
      ...retry,
      pause: async () => {
        if (first.broker.seen.length === 5) throw new Error('power cut');
      },
    };
    const died = await runLive({ ...first.options, retry: dying }).then(
      () => 'lived',
      (error: unknown) => (error as Error).message,
    );
    expect(died).to.equal('power cut');
    const second = moodyRun(() => null, { journal: new Journal(path, 'buffered') });
    const resumed = await runLive(second.options);
    expect(book(resumed.ledger)).to.deep.equal(book(ledger));
    const ids = [...first.broker.seen, ...second.broker.seen].map(({ id }) => id);
    expect(new Set(ids).size, 'no id was sent twice').to.equal(ids.length);
    const kinds = new Journal(path).recovered.filter(({ kind }) => kind === 'rejected').length;
    expect(kinds).to.equal(2);
  });
});
