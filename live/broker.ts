/** The contract of whatever holds the account: a simulation on paper, a log of what would be sent, a real venue. */

import type { Resumable } from '../core/saved.ts';
import type { AccountFigures } from '../envs/accountFigures.ts';
import type { Bar } from '../market/data/bar.ts';

/** Asks for a position; it is sent at the close of the bar that was observed, and fills after it. */
export interface Order {
  /** Counts from 1 in a run: sending the same order twice is sending it once. */
  readonly id: number;
  /** Close of the bar that the decision was made on, UTC epoch milliseconds. */
  readonly decidedAtMs: number;
  /** Signed fraction of equity to hold. */
  readonly targetWeight: number;
  readonly side: 'buy' | 'sell';
  /** Units of base at the price of the decision, before costs. */
  readonly quantity: number;
  /** It closes the position because trading stopped: at the market, whatever kind other orders are of. */
  readonly isUrgent?: boolean | undefined;
}

/** What a venue said of a fill; an account on paper has none, its fills are drawn from the cost table. */
export interface VenueFill {
  /** By the wall clock, UTC epoch milliseconds. */
  readonly sentAtMs: number;
  readonly filledAtMs: number;
  /** Average, quote currency, before fees. */
  readonly price: number;
}

/** The account at the close of a bar; amounts of the bar are those of the ledger. */
export interface AccountSnapshot extends AccountFigures {
  readonly peakEquity: number;
  /** Of the bar's fill, where a real venue made it: the journal keeps it, and `regimen calibrate --fills` measures from it. */
  readonly venueFill?: VenueFill;
  /** Closed by loss of all equity; it trades no more. */
  readonly ruined: boolean;
  /** (STATE_SIZE) what the policy sees of the account. */
  readonly state: Float32Array;
}

/** What a broker says of an order that it was given. */
export type Submission =
  | { readonly kind: 'accepted' }
  /** It does not stand and never will under this id. Retryable: the same may be accepted a moment later. */
  | { readonly kind: 'rejected'; readonly reason: string; readonly retryable: boolean };

export const ACCEPTED: Submission = { kind: 'accepted' };

/** Saved and restored between bars, so that a killed run goes on with the account it had. */
export interface Broker extends Resumable {
  readonly startEquity: number;
  /** Takes an order, which replaces one that has not filled yet, or rejects it. Throws where it is not known whether it stands. */
  submit(order: Order): Promise<Submission> | Submission;
  /** Works what is pending against a bar that has closed, and tells the account at that close. */
  settle(bar: Bar): Promise<AccountSnapshot> | AccountSnapshot;
}
