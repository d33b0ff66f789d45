/** A broker that sends nothing: it writes down each order and holds the position virtually. */

import type { Log } from '../core/log.ts';
import type { Broker } from './broker.ts';

/** @param account where the position that would have come of the orders is held, a paper broker as a rule */
export const dryRunBroker = (account: Broker, log: Log): Broker => ({
  startEquity: account.startEquity,
  submit: (order) => {
    log.info('dry run, order not sent', { order });
    return account.submit(order);
  },
  settle: (bar) => account.settle(bar),
  save: () => account.save(),
  restore: (saved) => account.restore(saved),
});
