/** The factory: from names on the command line to clients that may be asked. */

import type { Clock } from '../../../core/clock.ts';
import { InputError } from '../../../core/errors.ts';
import type { BarInterval } from './barInterval.ts';
import type { FetchSource } from './fetchBars.ts';
import {
  baseUrlFrom,
  checkBaseUrl,
  FETCH_OPTION_NAMES,
  resolveFetchOptions,
  type OptionOverrides,
} from './fetchOptions.ts';
import { parseMarketSymbol } from './marketSymbol.ts';
import type { Pause } from './pause.ts';
import type { BarProvider, Environment } from './provider.ts';
import { ProviderClient } from './providerClient.ts';
import { checkInterval, findProvider } from './providers.ts';

export interface SourceRequest {
  /** Names in the order in which they are tried. */
  readonly providers: readonly string[];
  readonly symbol: string;
  readonly timeframe: string;
  /** The symbol in a provider's own word, by provider, where it is not the one that is made from `symbol`. */
  readonly providerSymbols: Readonly<Record<string, string>>;
  /** By provider; those of the environment and the providers' own elsewhere. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /** See {@link resolveFetchOptions}. */
  readonly limits: OptionOverrides;
  /** The only place where API keys come from. */
  readonly environment: Environment;
  readonly clock: Clock;
  readonly pause: Pause;
}

export interface Sources {
  readonly interval: BarInterval;
  readonly sources: readonly FetchSource[];
  /** The shortest pause after which one of the providers may be tried again. */
  readonly halfOpenAfterMs: number;
}

/** @throws InputError for anything that a provider does not have, before any is asked */
export function createSources(request: SourceRequest): Sources {
  const providers = request.providers.map(findProvider);
  const [first] = providers;
  if (first === undefined) throw new InputError({ what: 'no provider', where: '--provider', rule: 'at least one' });
  if (new Set(providers).size < providers.length) {
    throw new InputError({ what: 'a provider named twice', where: '--provider', value: request.providers.join(',') });
  }
  checkNames('--provider-symbol', Object.keys(request.providerSymbols), request.providers);
  checkNames('--base-url', Object.keys(request.baseUrls), request.providers);
  checkNames('--limit', Object.keys(request.limits), [
    ...FETCH_OPTION_NAMES,
    ...request.providers.flatMap((name) => FETCH_OPTION_NAMES.map((option) => `${name}.${option}`)),
  ]);
  const intervals = providers.map((provider) => checkInterval(provider, request.timeframe));
  const made = providers.map((provider) => createSource(provider, request));
  return {
    interval: intervals[0],
    sources: made.map(({ source }) => source),
    halfOpenAfterMs: Math.min(...made.map(({ halfOpenAfterMs }) => halfOpenAfterMs)),
  };
}

function createSource(provider: BarProvider, request: SourceRequest): { source: FetchSource; halfOpenAfterMs: number } {
  const { environment, clock, pause } = request;
  const symbol = request.providerSymbols[provider.name] ?? provider.symbolFor(parseMarketSymbol(request.symbol));
  const options = resolveFetchOptions(provider, environment, request.limits);
  const access = provider.access(environment, checkInterval(provider, request.timeframe));
  const told = request.baseUrls[provider.name] ?? baseUrlFrom(provider, environment);
  const baseUrl = told === null ? access.baseUrl : checkBaseUrl(told, `base URL of ${provider.name}`).href;
  const client = new ProviderClient({ provider, access: { ...access, baseUrl }, options, clock, pause });
  return { source: { client, symbol }, halfOpenAfterMs: options.halfOpenAfterMs };
}

function checkNames(where: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new InputError({ what: 'unknown name', where, rule: known.join(', '), value: unknown });
}
