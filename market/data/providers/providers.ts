/** Every provider by its name. A new one is a file that exports a {@link BarProvider} and a line here. */

import { InputError, nearestName } from '../../../core/errors.ts';
import { alphaVantage } from './alphaVantage.ts';
import { isBarInterval, type BarInterval } from './barInterval.ts';
import { binance } from './binance.ts';
import { coinGecko } from './coinGecko.ts';
import { finnhub } from './finnhub.ts';
import { polygon } from './polygon.ts';
import type { BarProvider } from './provider.ts';
import { twelveData } from './twelveData.ts';
import { yahoo } from './yahoo.ts';

export const PROVIDERS: ReadonlyMap<string, BarProvider> = new Map(
  [binance, yahoo, alphaVantage, finnhub, polygon, twelveData, coinGecko].map((provider) => [provider.name, provider]),
);

/** @throws InputError naming the known ones */
export function findProvider(name: string): BarProvider {
  const provider = PROVIDERS.get(name);
  if (provider !== undefined) return provider;
  const known = [...PROVIDERS.keys()];
  const nearest = nearestName(name, known);
  throw new InputError({
    what: 'unknown provider',
    where: '--provider',
    rule: known.join(', '),
    value: name,
    ...(nearest !== null && { hint: `did you mean '${nearest}'?` }),
  });
}

/** @throws InputError naming the provider's intervals */
export function checkInterval(provider: BarProvider, text: string): BarInterval {
  if (isBarInterval(text) && provider.intervals[text] !== undefined) return text;
  throw new InputError({
    what: `${provider.name} has no bars of this length`,
    where: '--timeframe',
    rule: Object.keys(provider.intervals).join(', '),
    value: text,
  });
}
