/** How patiently providers are asked: defaults, then the environment, then what the caller says. */

import { z } from 'zod';
import { checkConfig } from '../../../core/config.ts';
import { InputError } from '../../../core/errors.ts';
import type { BarProvider, Environment } from './provider.ts';

const positive = z.coerce.number().positive();
const milliseconds = z.coerce.number().int().nonnegative();

export const fetchOptionsConfig = z.strictObject({
  weightPerMinute: positive
    .optional()
    .describe("most request weight in a minute; default: the provider's documented limit"),
  burst: positive.optional().describe('weight that may be spent at once, part of the weight per minute'),
  retries: z.coerce.number().int().min(0).max(20).default(5).describe('further attempts at a request that may succeed'),
  initialBackoffMs: milliseconds
    .default(500)
    .describe('scale of the pause before the first retry; doubles, with jitter'),
  maxBackoffMs: milliseconds.default(10_000).describe('longest pause before a retry'),
  timeoutMs: milliseconds.min(1).max(600_000).default(30_000).describe('longest wait for one answer'),
  maxWaitMs: milliseconds.max(86_400_000).default(600_000).describe('longest pause that a rate limit may ask for'),
  breakerFailures: z.coerce
    .number()
    .int()
    .min(1)
    .default(8)
    .describe('outages in a row after which a provider is left alone'),
  halfOpenAfterMs: milliseconds
    .max(600_000)
    .default(15_000)
    .describe('pause before a provider left alone is tried again'),
});

export type FetchOptions = z.infer<typeof fetchOptionsConfig>;

/** Names of the options, as `--limit` takes them. */
export const FETCH_OPTION_NAMES = Object.keys(fetchOptionsConfig.shape);

/** `retries` of all providers or `binance.retries` of one, as text or number. */
export type OptionOverrides = Readonly<Record<string, string | number>>;

/**
 * The options of one provider: `REGIMEN_FETCH_RETRIES` for all, `REGIMEN_BINANCE_RETRIES` for one, overrides above both.
 *
 * @throws InputError for a value out of bounds, naming the option
 */
export function resolveFetchOptions(
  provider: BarProvider,
  environment: Environment,
  overrides: OptionOverrides = {},
): FetchOptions {
  const found: Record<string, string | number> = {};
  const where: Record<string, string> = {};
  const take = (option: string, value: string | number | undefined, source: string): void => {
    if (value === undefined || value === '') return;
    found[option] = value;
    where[option] = source;
  };
  for (const option of FETCH_OPTION_NAMES) {
    for (const variable of [variableFor('fetch', option), variableFor(provider.name, option)]) {
      take(option, environment[variable], `environment variable ${variable}`);
    }
    for (const name of [option, `${provider.name}.${option}`]) take(option, overrides[name], `--limit ${name}`);
  }
  return checkConfig(fetchOptionsConfig, found, ([option]) => where[String(option)] ?? String(option));
}

/** The base URL that the environment names for a provider, or null. */
export const baseUrlFrom = (provider: BarProvider, environment: Environment): string | null =>
  environment[variableFor(provider.name, 'baseUrl')] || null;

/** @throws InputError where it is no URL of http or https */
export function checkBaseUrl(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new InputError({ what: 'not a base URL', where, rule: 'http:// or https://', value: text });
}

const variableFor = (name: string, option: string): string =>
  `REGIMEN_${name}_${option.replace(/([A-Z])/g, '_$1')}`.toUpperCase();
