/** Asks one provider, politely: rate limit, retries with backoff and jitter, circuit breaker, and no answer taken on trust. */

import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
  type CircuitBreakerPolicy,
  type IDefaultPolicyContext,
  type IMergedPolicy,
  type IRetryContext,
  type RetryPolicy,
} from 'cockatiel';
import type { Clock } from '../../../core/clock.ts';
import type { Bar } from '../bar.ts';
import { checkBars, type CheckedBars } from './checkedBars.ts';
import { fetchJson, messageIn, type JsonAnswer } from './fetchJson.ts';
import type { FetchOptions } from './fetchOptions.ts';
import type { Pause } from './pause.ts';
import type { BarProvider, BarWindow, ProviderAccess } from './provider.ts';
import { ProviderFailure } from './providerFailure.ts';
import { RateLimiter } from './rateLimiter.ts';

export interface ProviderClientOptions {
  readonly provider: BarProvider;
  readonly access: ProviderAccess;
  readonly options: FetchOptions;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** What to ask for; the client knows what time it is. */
export type WindowRequest = Omit<BarWindow, 'nowMs'>;

export interface AnsweredBars extends CheckedBars {
  /** The provider says that there is more after the last bar. */
  readonly isPartial: boolean;
}

export class ProviderClient {
  readonly provider: BarProvider;
  readonly #options: ProviderClientOptions;
  readonly #limiter: RateLimiter;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #policy: IMergedPolicy<IRetryContext & IDefaultPolicyContext, never, [RetryPolicy, CircuitBreakerPolicy]>;
  #requests = 0;
  #retries = 0;
  /** The last answer, of a provider whose answers hold a whole month or history. */
  #kept: { readonly url: string; readonly answer: JsonAnswer; readonly rows: readonly Bar[] } | null = null;

  constructor(options: ProviderClientOptions) {
    this.#options = options;
    this.provider = options.provider;
    const { retries, initialBackoffMs, maxBackoffMs, maxWaitMs, breakerFailures, halfOpenAfterMs } = options.options;
    const limit = { ...options.provider.limit, ...definedLimit(options.options) };
    this.#limiter = new RateLimiter({ ...limit, clock: options.clock, pause: options.pause, maxWaitMs });
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof ProviderFailure && error.isOutage),
      { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(breakerFailures) },
    );
    const retried = retry(
      handleWhen((error) => error instanceof ProviderFailure && error.isRetryable),
      {
        maxAttempts: retries,
        backoff: new ExponentialBackoff({ initialDelay: initialBackoffMs, maxDelay: maxBackoffMs }),
      },
    );
    retried.onRetry(() => this.#retries++);
    this.#policy = wrap(retried, this.#breaker);
  }

  /** Requests sent, retries among them. */
  get counts(): { readonly requests: number; readonly retries: number } {
    return { requests: this.#requests, retries: this.#retries };
  }

  /** Whether the provider is left alone for now. */
  get isOpen(): boolean {
    return this.#breaker.state === CircuitState.Open;
  }

  /**
   * One request's bars within the window, sorted and strictly checked.
   *
   * @throws ProviderFailure after the last attempt, or at once where another would not help
   */
  async ask(window: WindowRequest, signal?: AbortSignal): Promise<AnsweredBars> {
    try {
      return await this.#policy.execute(() => this.#attempt(window, signal), signal);
    } catch (error) {
      if (error instanceof BrokenCircuitError) {
        throw new ProviderFailure('circuitOpen', 'left alone for a while after one outage after another');
      }
      if (!(error instanceof ProviderFailure)) throw error;
      throw new ProviderFailure(error.kind, redact(error.message, this.#options.access.secret));
    }
  }

  async #attempt(request: WindowRequest, signal?: AbortSignal): Promise<AnsweredBars> {
    signal?.throwIfAborted();
    const { provider, clock } = this.#options;
    const window = { ...request, nowMs: clock.nowMs() };
    const { path, query, weight } = provider.request(window);
    const url = this.#urlOf(path, query);
    const kept = this.#kept?.url === url.href ? this.#kept : null;
    this.#kept = null;
    const answer = kept?.answer ?? (await this.#send(url, weight, signal));
    const rows = kept?.rows ?? this.#read(answer, window);
    const checked = checkBars(rows, window, Math.min(window.nowMs, answer.serverNowMs ?? Infinity));
    if (provider.answersWhole === true && rows.length > 0) this.#kept = { url: url.href, answer, rows };
    return { ...checked, isPartial: provider.isPartial?.(answer.body) ?? false };
  }

  async #send(url: URL, weight: number, signal?: AbortSignal): Promise<JsonAnswer> {
    const { access, options, provider } = this.#options;
    await this.#limiter.take(weight, signal);
    this.#requests++;
    const answer = await fetchJson({ url, headers: access.headers, timeoutMs: options.timeoutMs, signal });
    const used = provider.usedWeight?.(answer.headers) ?? null;
    if (used !== null && Number.isFinite(used)) this.#limiter.observe(used);
    return answer;
  }

  #read(answer: JsonAnswer, window: BarWindow): readonly Bar[] {
    const { provider } = this.#options;
    const own = answer.body === null ? null : (provider.readError?.(answer.body, answer.status) ?? null);
    if (own === 'empty') return [];
    const failure = own ?? failureOf(answer);
    if (failure === null) {
      this.#limiter.reward();
      return provider.parse(answer.body, window);
    }
    if (failure.kind === 'rateLimited' || (failure.isOutage && answer.retryAfterMs !== null)) {
      this.#limiter.penalize(answer.retryAfterMs);
    }
    throw failure;
  }

  #urlOf(path: string, query: Readonly<Record<string, string>>): URL {
    const { access } = this.#options;
    const url = new URL(access.baseUrl.replace(/\/+$/, '') + path);
    for (const [name, value] of Object.entries({ ...query, ...access.query })) url.searchParams.set(name, value);
    return url;
  }
}

/** By status alone, with whatever words the answer has. 418 is how Binance bans those who did not heed 429. */
function failureOf({ status, body }: JsonAnswer): ProviderFailure | null {
  if (status < 400) return null;
  const message = `HTTP ${status}${messageIn(body) === null ? '' : `: ${messageIn(body)}`}`;
  if (status === 429 || status === 418) return new ProviderFailure('rateLimited', message);
  return new ProviderFailure(status >= 500 || status === 408 ? 'server' : 'refused', message);
}

/** Strikes the key out of words that came from outside: some providers quote it back. */
const redact = (text: string, secret: string | null): string =>
  secret === null ? text : text.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');

const definedLimit = ({ weightPerMinute, burst }: FetchOptions): { weightPerMinute?: number; burst?: number } => ({
  ...(weightPerMinute !== undefined && { weightPerMinute }),
  ...(burst !== undefined && { burst }),
});
