/** What one provider of bars is: how it writes symbols and bar lengths, what it is asked, and what its answers mean. */

import type { Bar } from '../bar.ts';
import type { BarInterval } from './barInterval.ts';
import type { MarketSymbol } from './marketSymbol.ts';
import type { ProviderFailure } from './providerFailure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One stretch of one series: the bars that open in `[fromMs, toMs)`. */
export interface BarWindow {
  /** As the provider writes it. */
  readonly symbol: string;
  readonly interval: BarInterval;
  /** UTC epoch milliseconds, on the interval's grid. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Our wall clock when the request is made. */
  readonly nowMs: number;
}

export interface ProviderRequest {
  /** Below the base URL, starting with a slash. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What the request counts against the provider's limit. */
  readonly weight: number;
}

/** Where and as whom a provider is asked. */
export interface ProviderAccess {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Joined to each request's query; for keys that a provider takes nowhere else. */
  readonly query: Readonly<Record<string, string>>;
  /** The API key, so that it can be struck from every message; null where none is used. */
  readonly secret: string | null;
}

/** A documented limit, in the provider's own weights. */
export interface ProviderLimit {
  readonly weightPerMinute: number;
  /** Weight that may be spent at once; it counts within the minute. */
  readonly burst: number;
}

/**
 * A provider as data and pure functions: no network, no clock, no state. {@link ProviderClient} does the asking.
 *
 * Bars carry the UTC time at which they open; those of a day or longer the 00:00 UTC of their trading date, of their
 * week's Monday, or of the first of their month, whatever the provider writes, so that providers can stand in for one another.
 */
export interface BarProvider {
  /** The word for it on the command line and in `REGIMEN_<NAME>_...`. */
  readonly name: string;
  readonly title: string;
  /** Each interval it has, in its own word. */
  readonly intervals: Readonly<Partial<Record<BarInterval, string>>>;
  readonly limit: ProviderLimit;
  /** @throws InputError naming the environment variable of a missing key */
  access(environment: Environment, interval: BarInterval): ProviderAccess;
  /** @throws InputError naming what the provider has */
  symbolFor(symbol: MarketSymbol): string;
  /** True where a market never closes, so that an empty stretch is worth asking for again. */
  isContinuous(symbol: string): boolean;
  /** The latest `toMs` for which one request from `fromMs` is answered in full. */
  reach(window: Pick<BarWindow, 'symbol' | 'interval' | 'fromMs'>): number;
  /** True where one answer holds a whole month or history, to be kept for the windows that follow. */
  readonly answersWhole?: boolean;
  request(window: BarWindow): ProviderRequest;
  /** The error in an answer of any status, if it is one that the provider's own words explain; `empty` for "no data". */
  readError?(body: unknown, status: number): ProviderFailure | 'empty' | null;
  /** Rows in any order, also outside the window. @throws ProviderFailure for an answer of another shape */
  parse(body: unknown, window: BarWindow): readonly Bar[];
  /** Whether a sound answer says that it was cut off and more bars follow its last. */
  isPartial?(body: unknown): boolean;
  /** Weight that the server has counted in this minute, null where it does not say. */
  usedWeight?(headers: Headers): number | null;
}
