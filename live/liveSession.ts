/** What a live run does with one closed bar: settle, observe, decide, ask the rules, write it all down, send. */

import type { Policy } from '../agents/agent.ts';
import type { Clock } from '../core/clock.ts';
import { InputError } from '../core/errors.ts';
import { SavedReader, type Resumable, type Saved } from '../core/saved.ts';
import { createActions, type Actions } from '../core/spec.ts';
import { STATE_SIZE } from '../envs/accountState.ts';
import { Ledger, type LedgerRow } from '../envs/ledger.ts';
import { actionsOf, unknownAction, weightReader, type TargetWeights, type WeightOf } from '../envs/targetWeights.ts';
import type { Bar } from '../market/data/bar.ts';
import type { ContextStream } from '../market/features/contextStream.ts';
import type { AccountSnapshot, Broker, Order } from './broker.ts';
import { Gatekeeper, type GatekeeperOptions, type Ruling } from './gatekeeper.ts';
import type { JournalRecord } from './journalRecord.ts';
import { ledgerRow } from './ledgerRow.ts';
import type { TradingMoment } from './rules.ts';
import { fromJson, toJson } from './savedJson.ts';
import { TradingDay } from './tradingDay.ts';

export interface SessionOptions extends GatekeeperOptions {
  /** Of the ledger: the path's name in a replay. */
  readonly name: string;
  readonly timeframeMs: number;
  /** Fresh; the policy was loaded on its context. */
  readonly stream: ContextStream;
  /** Its state is kept across restarts where it can be saved. */
  readonly policy: Policy | (Policy & Resumable);
  /** Signed fraction of equity that each action asks for. */
  readonly targetWeights: TargetWeights;
  readonly broker: Broker;
  readonly clock: Clock;
}

/** What came of one bar. */
export interface BarOutcome {
  /** To be written before the order is sent. */
  readonly records: readonly JournalRecord[];
  readonly order: Order | null;
  /** Null while features warm up. */
  readonly ruling: Ruling | null;
  readonly account: AccountSnapshot;
}

/** The same steps in the same order as the trading env: fill, interest, mark, observe, decide. */
export class LiveSession {
  readonly ledger: Ledger;
  readonly #options: SessionOptions;
  readonly #gatekeeper: Gatekeeper;
  readonly #day: TradingDay;
  readonly #row: Int32Array;
  readonly #action: Actions;
  readonly #weightOf: WeightOf;
  #equity: number;
  #quantity = 0;
  #lastOrderId = 0;
  /** Bars since the first observation are the ledger's. */
  #observing = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#gatekeeper = new Gatekeeper(options);
    this.#equity = options.broker.startEquity;
    this.#day = new TradingDay(this.#equity);
    this.#row = Int32Array.of(options.stream.row);
    this.#action = createActions(actionsOf(options.targetWeights), 1);
    this.#weightOf = weightReader(options.targetWeights);
    this.ledger = new Ledger(options.name, this.#equity);
    options.policy.reset?.(1);
  }

  async live(bar: Bar): Promise<BarOutcome> {
    const { broker, stream, timeframeMs } = this.#options;
    this.#day.beginBar(bar.openTimeMs, this.#equity);
    const account = await broker.settle(bar);
    const records: JournalRecord[] = [{ kind: 'bar', bar }, ...this.#fillOf(account)];
    this.#equity = account.equity;
    this.#quantity = account.quantity;
    if (this.#observing) records.push({ kind: 'account', row: this.#book(bar, account) });

    const state = stream.push(bar);
    if (state === 'stale') {
      const detail = `no decision on the bar of ${new Date(bar.openTimeMs).toISOString()}`;
      records.push({ kind: 'problem', problem: 'staleCompanion', detail });
    }
    const ready = state === 'ready' && !account.ruined;
    if (!ready) return { records: [...records, this.#checkpoint()], order: null, ruling: null, account };

    const wantedWeight = await this.#decide(account);
    records.push({ kind: 'decision', action: this.#action[0], wantedWeight });
    const closeTimeMs = bar.openTimeMs + timeframeMs;
    const ruling = this.#gatekeeper.rule(this.#momentOf(account, closeTimeMs, wantedWeight));
    const { answer } = ruling;
    const allowed = answer.kind === 'allow';
    records.push({
      kind: 'verdict',
      verdict: answer.kind,
      rule: allowed ? null : answer.rule,
      reason: allowed ? null : answer.reason,
    });
    const order = this.#orderFor(ruling, { account, bar, closeTimeMs });
    if (order !== null) records.push({ kind: 'order', order });
    return { records: [...records, this.#checkpoint()], order, ruling, account };
  }

  /**
   * Takes up a journal where it ends.
   *
   * @returns open time of the last bar lived, null where there was none, and the order to send: the kill may have come between
   *   writing and sending, and sending an order twice is sending it once
   * @throws InputError when the journal is of another run
   */
  resume(records: readonly JournalRecord[]): {
    readonly lastTimeMs: number | null;
    readonly pending: Order | null;
  } {
    let lastTimeMs: number | null = null;
    let pending: Order | null = null;
    let state: unknown = null;
    let lastOrderId = 0;
    for (const record of records) {
      if (record.kind === 'bar') {
        this.#options.stream.push(record.bar);
        lastTimeMs = record.bar.openTimeMs;
        pending = null;
      } else if (record.kind === 'account') this.ledger.append(record.row);
      else if (record.kind === 'order') {
        pending = record.order;
        lastOrderId = pending.id;
      } else if (record.kind === 'rejected' && record.next === null) pending = null;
      else if (record.kind === 'checkpoint') ({ state } = record);
    }
    if (lastTimeMs !== null) this.#restore(fromJson(state));
    this.#lastOrderId = Math.max(this.#lastOrderId, lastOrderId);
    return { lastTimeMs, pending };
  }

  /** The order once more, under an id of its own. */
  renew(order: Order): Order {
    this.#lastOrderId += 1;
    return { ...order, id: this.#lastOrderId };
  }

  async #decide({ state, targetWeight }: AccountSnapshot): Promise<number> {
    const { policy, targetWeights } = this.#options;
    if (state.length !== STATE_SIZE) {
      throw new InputError({
        what: 'account state of another size',
        where: 'broker',
        rule: `${STATE_SIZE}`,
        value: state.length,
      });
    }
    await policy.act({ row: this.#row, state }, this.#action);
    this.#observing = true;
    const [action] = this.#action;
    const weight = this.#weightOf(action, targetWeight);
    if (Number.isNaN(weight)) throw unknownAction(action, policy.name, targetWeights);
    return weight;
  }

  #momentOf(account: AccountSnapshot, closeTimeMs: number, wantedWeight: number): TradingMoment {
    return {
      equity: account.equity,
      peakEquity: account.peakEquity,
      dayStartEquity: this.#day.startEquity,
      ordersToday: this.#day.orders,
      barAgeMs: this.#options.clock.nowMs() - closeTimeMs,
      // An account asked to be flat may still hold what a resting order has not sold.
      heldWeight: account.targetWeight !== 0 ? account.targetWeight : account.state[0],
      wantedWeight,
    };
  }

  /** Nothing is sent where the account is at the weight already: there is no rebalancing. */
  #orderFor(
    { weight, stoppedNow }: Ruling,
    {
      account,
      bar,
      closeTimeMs,
    }: { readonly account: AccountSnapshot; readonly bar: Bar; readonly closeTimeMs: number },
  ): Order | null {
    const isStuck = stoppedNow && account.quantity !== 0;
    if (weight === null || (weight === account.targetWeight && !isStuck)) return null;
    const change = (weight * account.equity) / bar.close - account.quantity;
    this.#day.countOrder();
    this.#lastOrderId += 1;
    return {
      id: this.#lastOrderId,
      decidedAtMs: closeTimeMs,
      targetWeight: weight,
      side: change < 0 ? 'sell' : 'buy',
      quantity: Math.abs(change),
      ...(stoppedNow && { isUrgent: true }),
    };
  }

  #fillOf(account: AccountSnapshot): JournalRecord[] {
    if (account.tradedNotional === 0) return [];
    const { tradedNotional: notional, feeCost, spreadCost, slippageCost, venueFill } = account;
    const quantity = account.quantity - this.#quantity;
    const costs = { notional, feeCost, spreadCost, slippageCost };
    const venue = venueFill === undefined ? {} : { venue: venueFill };
    return [{ kind: 'fill', orderId: this.#lastOrderId, quantity, ...costs, ...venue }];
  }

  #book(bar: Bar, account: AccountSnapshot): LedgerRow {
    const closeTimeMs = bar.openTimeMs + this.#options.timeframeMs;
    const row = ledgerRow(account, { closeTimeMs, close: bar.close });
    this.ledger.append(row);
    return row;
  }

  #checkpoint(): JournalRecord {
    const { broker, policy } = this.#options;
    const state: Saved = {
      broker: broker.save(),
      policy: 'save' in policy ? policy.save() : null,
      gatekeeper: this.#gatekeeper.save(),
      day: this.#day.save(),
      equity: this.#equity,
      quantity: this.#quantity,
      lastOrderId: this.#lastOrderId,
      observing: this.#observing,
    };
    return { kind: 'checkpoint', state: toJson(state) };
  }

  #restore(saved: Saved): void {
    const { broker, policy } = this.#options;
    const reader = new SavedReader(saved, 'live journal');
    broker.restore(reader.any('broker'));
    if ('restore' in policy) policy.restore(reader.any('policy'));
    this.#gatekeeper.restore(reader.any('gatekeeper'));
    this.#day.restore(reader.any('day'));
    this.#equity = reader.number('equity');
    this.#quantity = reader.number('quantity');
    this.#lastOrderId = reader.number('lastOrderId');
    this.#observing = reader.boolean('observing');
  }
}
