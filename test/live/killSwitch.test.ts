import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ManualClock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { Alerts, type Alert } from '../../live/alerts.ts';
import type { Broker, Order } from '../../live/broker.ts';
import { dryRunBroker } from '../../live/dryRunBroker.ts';
import { KillSwitch } from '../../live/killSwitch.ts';
import { NO_RULES } from '../../live/rules.ts';
import { runLive, type LiveOptions } from '../../live/runner.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { liveRun } from './liveRun.ts';

/** Counts the bars that were settled and keeps every order with the number of the bar it was sent on. */
function spy(broker: Broker): { broker: Broker; sent: { order: Order; bar: number }[]; bars: () => number } {
  const sent: { order: Order; bar: number }[] = [];
  let bars = 0;
  return {
    sent,
    bars: () => bars,
    broker: {
      startEquity: broker.startEquity,
      submit: (order) => {
        sent.push({ order, bar: bars });
        return broker.submit(order);
      },
      settle: (bar) => {
        bars += 1;
        return broker.settle(bar);
      },
      save: () => broker.save(),
      restore: (saved) => broker.restore(saved),
    },
  };
}

describe('kill switch', () => {
  const folder = temporaryFolder();
  let serial = 0;
  const freshPath = () => join(folder, `switch${serial++}.json`);

  it('survives a restart, keeps its first reason, and is reset only with a reason', async () => {
    const clock = new ManualClock(1000);
    const path = freshPath();
    const first = new KillSwitch(path, clock);
    expect(first.look()).to.equal(null);
    first.trip('rule', 'lost too much');
    first.trip('call', 'again');
    const second = new KillSwitch(path, clock);
    expect(second.look()).to.deep.equal({ state: 'tripped', by: 'rule', reason: 'lost too much', atMs: 1000 });
    expect(await refusal(() => second.reset('  '))).to.include('no reason given');
    expect(second.look()?.state).to.equal('tripped');
    second.reset('looked into it');
    expect(first.look()).to.equal(null);
    expect(first.history().map(({ by }) => by)).to.deep.equal(['rule', 'reset']);
  });

  it('an empty file beside it trips it, until a reset removes the file', () => {
    const killSwitch = new KillSwitch(freshPath(), new ManualClock());
    writeFileSync(killSwitch.stopFile, '');
    expect(killSwitch.look()?.by).to.equal('file');
    killSwitch.reset('found it');
    expect([killSwitch.look(), existsSync(killSwitch.stopFile)]).to.deep.equal([null, false]);
  });

  it('a file that cannot be read counts as tripped', async () => {
    const path = freshPath();
    const killSwitch = new KillSwitch(path, new ManualClock());
    killSwitch.trip('call', 'stop');
    const whole = readFileSync(path, 'utf8');
    for (const broken of [whole.slice(0, -5), '', '{}', '{"state":"armed"}', 'armed']) {
      writeFileSync(path, broken);
      expect(killSwitch.look()?.state, broken).to.equal('tripped');
    }
    expect(await refusal(() => killSwitch.history())).to.include(path);
  });

  it('tripped by call, by file or from another process on any bar, no order passes but one that closes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 25, max: 110 }),
        fc.constantFrom('call', 'file', 'other process'),
        fc.constantFrom('flatten', 'hold'),
        fc.integer({ min: 1, max: 50 }),
        async (tripBar, how, onTrip, seed) => {
          const killSwitch = new KillSwitch(freshPath(), new ManualClock());
          const options = liveRun(seed, { killSwitch, onTrip }, 120);
          const { broker, sent, bars } = spy(options.broker);
          const feed = (async function* () {
            for await (const bar of options.feed) {
              if (bars() === tripBar) {
                if (how === 'call') killSwitch.trip('call', 'enough');
                else if (how === 'file') writeFileSync(killSwitch.stopFile, '');
                else new KillSwitch(killSwitch.path, new ManualClock()).trip('call', 'enough');
              }
              yield bar;
            }
          })();
          await runLive({ ...options, broker, feed });
          const after = sent.filter(({ bar }) => bar > tripBar);
          expect(after.length).to.be.at.most(onTrip === 'flatten' ? 1 : 0);
          for (const { order } of after) expect(order.targetWeight).to.equal(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a loss beyond its rule trips it, closes the position once, tells a person, and a restart sends nothing', async () => {
    const killSwitch = new KillSwitch(freshPath(), new ManualClock());
    const told: Alert[] = [];
    const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const alerts = new Alerts([{ name: 'list', send: (alert) => void told.push(alert) }], silent);
    const rules = { ...NO_RULES, maxDrawdown: 0.01 };
    const overrides: Partial<LiveOptions> = { killSwitch, onTrip: 'flatten', rules, alerts };
    const options = liveRun(2, overrides);
    const { broker, sent } = spy(options.broker);
    const { ledger } = await runLive({ ...options, broker });
    expect(killSwitch.look()?.reason).to.match(/^maxDrawdown: drawdown 0\.01\d* is above 0\.01$/);
    expect(sent.at(-1)?.order.targetWeight).to.equal(0);
    const { quantity } = ledger.columns();
    expect(quantity.at(-1)).to.equal(0);
    expect(told.filter(({ level }) => level === 'critical').map(({ what }) => what)).to.deep.equal([
      'kill switch tripped',
    ]);

    const again = liveRun(2, overrides);
    const second = spy(again.broker);
    await runLive({ ...again, broker: second.broker });
    expect(second.sent).to.deep.equal([]);

    // Without the rule the same world trades on: the switch, and not the policy, stopped it.
    const free = liveRun(2);
    const third = spy(free.broker);
    await runLive({ ...free, broker: third.broker });
    expect(third.sent.length).to.be.greaterThan(sent.length);
  });

  it('a dry run logs every order that a paper account fills', async () => {
    const lines: string[] = [];
    const log: Log = { debug: () => {}, info: (message) => void lines.push(message), warn: () => {}, error: () => {} };
    const paper = liveRun(4);
    const { broker, sent } = spy(paper.broker);
    const { ledger } = await runLive({ ...paper, broker });
    const dry = liveRun(4);
    const result = await runLive({ ...dry, broker: dryRunBroker(dry.broker, log) });
    expect(lines).to.deep.equal(sent.map(() => 'dry run, order not sent'));
    expect([...result.ledger.columns().equity]).to.deep.equal([...ledger.columns().equity]);
  });
});
