/** Where a judge leaves the ledgers of every walk, so that they need not stay in memory and others can check the figures. */

import type { Ledger } from '../envs/ledger.ts';
import type { CostMode } from '../market/execution/executionModel.ts';

/** Which walk over the judged paths ledgers are of. */
export interface Walk {
  readonly policy: string;
  /** The agent whose turnover and positions a random trader has; null for all others. */
  readonly matchedTo: string | null;
  readonly costs: CostMode;
  /** From 0; a random trader walks several times. */
  readonly replica: number;
}

export interface LedgerSink {
  /** @param ledgers one a path */
  keep(walk: Walk, ledgers: readonly Ledger[]): Promise<void>;
}
