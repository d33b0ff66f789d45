import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import type { Broker, Order } from '../../live/broker.ts';
import { Journal } from '../../live/journal.ts';
import { isJournal, readJournalOrders } from '../../live/journalOrders.ts';
import { retryConfig } from '../../live/retry.ts';
import { runLive } from '../../live/runner.ts';
import { measureOrders } from '../../market/execution/calibrate/orderSamples.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { liveRun } from './liveRun.ts';

const SEED = 11;
const PAID_BPS = 3;

/**
 * A venue: fills what the account on paper fills, a known time after the decision, at a known cost.
 *
 * @param busyEvery every so manieth order that is sent is rejected for now; 0: none
 */
function venueBroker(account: Broker, busyEvery = 0): { broker: Broker; latencies: number[] } {
  const latencies: number[] = [];
  let sent = 0;
  let pending: Order | null = null;
  let close = NaN;
  const broker: Broker = {
    startEquity: account.startEquity,
    submit(order) {
      sent += 1;
      if (busyEvery > 0 && sent % busyEvery === 0) return { kind: 'rejected', reason: 'busy', retryable: true };
      pending = order;
      return account.submit(order);
    },
    async settle(bar) {
      const snapshot = await account.settle(bar);
      const order = pending;
      pending = null;
      const mid = close;
      ({ close } = bar);
      if (order === null || snapshot.tradedNotional === 0) return snapshot;
      const sentAtMs = order.decidedAtMs + 40;
      const filledAtMs = sentAtMs + 60 + (latencies.length % 10);
      latencies.push(filledAtMs - order.decidedAtMs);
      const price = mid * (1 + (order.side === 'buy' ? 1 : -1) * PAID_BPS * 1e-4);
      return { ...snapshot, venueFill: { sentAtMs, filledAtMs, price } };
    },
    save: () => account.save(),
    restore: (saved) => account.restore(saved),
  };
  return { broker, latencies };
}

describe('the orders of a live journal', () => {
  const folder = temporaryFolder();

  it('tell the latency, the price and the share filled that the venue reported', async () => {
    const path = join(folder, 'venue.jsonl');
    const journal = new Journal(path, 'buffered');
    const options = liveRun(SEED);
    const { broker, latencies } = venueBroker(options.broker);
    await runLive({ ...options, broker, journal });
    journal.close();
    expect(isJournal(path)).to.equal(true);
    const { orders, source } = readJournalOrders(path);
    expect(latencies.length).to.be.above(40);
    const filled = orders.filter(({ filledAtMs }) => filledAtMs !== null);
    expect(filled.map(({ filledAtMs, decidedAtMs }) => (filledAtMs ?? NaN) - decidedAtMs)).to.deep.equal(latencies);
    for (const { side, fillPrice, decisionMid } of filled) {
      expect(side * ((fillPrice ?? NaN) / decisionMid - 1) * 1e4).to.be.closeTo(PAID_BPS, 1e-6);
    }
    expect(source).to.include({ kind: 'journal', name: 'venue.jsonl' });
    const { latencyMs, fillRatio } = measureOrders([{ orders, source }]);
    expect(latencyMs?.p50).to.be.within(100, 110);
    // Orders are sized by the close, fills by what the account was worth: nearly all of each.
    expect(fillRatio?.p50).to.be.within(0.97, 1);
  });

  it('count one that was rejected and sent again once, from its first decision', async () => {
    const measure = async (name: string, busyEvery: number) => {
      const path = join(folder, name);
      const journal = new Journal(path, 'buffered');
      const options = liveRun(SEED);
      const { broker } = venueBroker(options.broker, busyEvery);
      const retry = { config: retryConfig.parse({}), rng: createRng(1), pause: () => Promise.resolve() };
      await runLive({ ...options, broker, journal, retry });
      journal.close();
      return { orders: readJournalOrders(path).orders, text: readFileSync(path, 'utf8') };
    };
    const [calm, busy] = [await measure('calm.jsonl', 0), await measure('busy.jsonl', 4)];
    expect(busy.text.split('"kind":"rejected"').length).to.be.above(10);
    expect(busy.orders).to.deep.equal(calm.orders);
  });

  it('of an account on paper are refused: they were drawn from the table that they would measure', async () => {
    const path = join(folder, 'paper.jsonl');
    const journal = new Journal(path, 'buffered');
    await runLive(liveRun(SEED, { journal }));
    journal.close();
    expect(await refusal(() => readJournalOrders(path))).to.match(/paper\.jsonl:\d+: the fill was simulated/);
  });

  it('a file that is no journal is told apart', () => {
    expect(isJournal(join(folder, 'none.jsonl'))).to.equal(false);
    expect(isJournal(new URL('../../package.json', import.meta.url).pathname)).to.equal(false);
  });
});
