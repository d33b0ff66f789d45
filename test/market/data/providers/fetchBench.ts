/** A fake server, a clock that jumps over every pause, and what it takes to fetch from one through the other. */

import { ManualClock } from '../../../../core/clock.ts';
import { silentProgress } from '../../../../core/progress.ts';
import type { BarInterval } from '../../../../market/data/providers/barInterval.ts';
import { createSources } from '../../../../market/data/providers/createSources.ts';
import { fetchBars, type FetchJob, type FetchReport } from '../../../../market/data/providers/fetchBars.ts';
import type { FakeServer } from './fakeServer.ts';

/** After every range that the tests ask for. */
export const NOW_MS = Date.UTC(2024, 3, 1);

/** Real pauses are those of the retry library alone, and these are short. */
export const QUICK = { initialBackoffMs: 1, maxBackoffMs: 2, retries: 4 };

export class FetchBench {
  readonly clock = new ManualClock(NOW_MS);
  /** Every pause that was asked for, in milliseconds. */
  readonly pauses: number[] = [];

  readonly pause = async (ms: number): Promise<void> => {
    this.pauses.push(ms);
    this.clock.advance(ms);
    await Promise.resolve();
  };

  /** For the servers in order; symbol and timeframe are those of the first unless told otherwise. */
  job(servers: readonly FakeServer[], change: JobChange): FetchJob {
    const [{ fake }] = servers;
    const { symbol = fake.symbol, timeframe = fake.timeframe, limits = {}, providerSymbols = {}, ...rest } = change;
    const { interval, sources, halfOpenAfterMs } = createSources({
      providers: servers.map((server) => server.fake.name),
      symbol,
      timeframe,
      providerSymbols,
      baseUrls: Object.fromEntries(servers.map((server) => [server.fake.name, server.url])),
      limits: { ...QUICK, ...limits },
      environment: Object.assign({}, ...servers.map((server) => server.fake.environment)) as Record<string, string>,
      clock: this.clock,
      pause: this.pause,
    });
    return {
      symbol,
      interval,
      batchBars: 100,
      sources,
      maxFailuresInRow: 5,
      halfOpenAfterMs,
      pause: this.pause,
      progress: silentProgress,
      ...rest,
    };
  }

  fetch(servers: readonly FakeServer[], change: JobChange): Promise<FetchReport> {
    return fetchBars(this.job(servers, change));
  }
}

/** What a test must say, and what it may. */
export interface JobChange extends Pick<FetchJob, 'fromMs' | 'toMs' | 'out'> {
  readonly symbol?: string;
  readonly timeframe?: BarInterval;
  readonly limits?: Readonly<Record<string, number>>;
  readonly providerSymbols?: Readonly<Record<string, string>>;
  readonly batchBars?: number;
  readonly maxFailuresInRow?: number;
  readonly pause?: FetchJob['pause'];
  readonly signal?: AbortSignal;
}
