/** A whole window from one provider, however many requests it takes, with no bar left out because an answer was short. */

import { DAY_MS } from '../../../core/units.ts';
import type { Bar } from '../bar.ts';
import { addBars } from './barInterval.ts';
import type { CheckedBars } from './checkedBars.ts';
import type { ProviderClient, WindowRequest } from './providerClient.ts';
import { ProviderFailure } from './providerFailure.ts';

/** Far above what an honest server makes necessary, so that none can hold us for ever. */
const MAX_REQUESTS = 1000;

/**
 * The bars that open in the window, each once, in order.
 *
 * A stretch that one request cannot cover is asked for in parts. Where a market never closes, an empty answer and the
 * bars that an answer leaves out at either end are asked for once more before their absence is believed; elsewhere
 * only an empty answer on a working day is.
 *
 * @throws ProviderFailure when a part stays out of reach
 */
export async function fetchWindow(
  client: ProviderClient,
  window: WindowRequest,
  signal?: AbortSignal,
): Promise<CheckedBars> {
  const bars: Bar[] = [];
  let repeatedBars = 0;
  let requests = 0;
  const ask = async (fromMs: number, toMs: number) => {
    if (++requests > MAX_REQUESTS) throw new ProviderFailure('malformed', `no end after ${MAX_REQUESTS} requests`);
    const found = await client.ask({ ...window, fromMs, toMs }, signal);
    repeatedBars += found.repeatedBars;
    return found;
  };
  /** Asks from `fromMs` on until an answer brings nothing new. */
  const askOn = async (fromMs: number, toMs: number): Promise<Bar[]> => {
    const rest: Bar[] = [];
    while (fromMs < toMs) {
      const last = rest.push(...(await ask(fromMs, toMs)).bars) > 0 ? rest[rest.length - 1] : undefined;
      if (last === undefined || last.openTimeMs < fromMs) break;
      fromMs = addBars(last.openTimeMs, window.interval, 1);
    }
    return rest;
  };
  const { provider } = client;
  const isContinuous = provider.isContinuous(window.symbol);
  for (let fromMs = window.fromMs; fromMs < window.toMs;) {
    const toMs = Math.min(window.toMs, provider.reach({ ...window, fromMs }));
    const first = await ask(fromMs, toMs);
    const [head, tail] = [first.bars.at(0), first.bars.at(-1)];
    if (head === undefined || tail === undefined) {
      if (isContinuous || !isWithinWeekend(fromMs, toMs)) bars.push(...(await askOn(fromMs, toMs)));
    } else {
      if (isContinuous) bars.push(...(await askOn(fromMs, head.openTimeMs)));
      bars.push(...first.bars);
      const isShort = first.isPartial || isContinuous;
      if (isShort) bars.push(...(await askOn(addBars(tail.openTimeMs, window.interval, 1), toMs)));
    }
    fromMs = toMs;
  }
  return { bars, repeatedBars };
}

/** Exchanges with hours are shut on Saturday and Sunday. */
function isWithinWeekend(fromMs: number, toMs: number): boolean {
  const day = Math.floor(fromMs / DAY_MS);
  // Day 2 of the epoch was a Saturday.
  const saturday = day - ((((day - 2) % 7) + 7) % 7);
  return toMs <= (saturday + 2) * DAY_MS;
}
