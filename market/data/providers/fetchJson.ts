/** One GET whose answer is JSON: every way in which it can go wrong becomes a {@link ProviderFailure}. */

import { ProviderFailure } from './providerFailure.ts';

export interface JsonRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Null where the body is no JSON and the status is an error anyway. */
  readonly body: unknown;
  /** What the server's clock said; null where it does not say. */
  readonly serverNowMs: number | null;
  readonly retryAfterMs: number | null;
}

const MAX_QUOTED = 200;

/** @throws ProviderFailure for no answer, a broken one or one that should be JSON and is not; the signal's reason when aborted */
export async function fetchJson(request: JsonRequest): Promise<JsonAnswer> {
  const { response, text } = await readText(request);
  const serverNowMs = parseDate(response.headers.get('date'));
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), serverNowMs);
  const { status, headers, ok } = response;
  try {
    return { status, headers, body: JSON.parse(text) as unknown, serverNowMs, retryAfterMs };
  } catch {
    if (!ok) return { status, headers, body: null, serverNowMs, retryAfterMs };
    throw new ProviderFailure('malformed', `answer is not JSON: ${quote(text)}`);
  }
}

async function readText(request: JsonRequest): Promise<{ response: Response; text: string }> {
  const { url, headers, timeoutMs, signal } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers,
      // A redirect could carry the key to another host.
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    return { response, text: await response.text() };
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (timeout.aborted) throw new ProviderFailure('network', `no answer within ${timeoutMs} ms`);
    throw new ProviderFailure('network', describe(error));
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  // "fetch failed" says nothing; its cause says ECONNREFUSED or "other side closed".
  return cause instanceof Error && cause.message !== '' ? `${error.message}: ${cause.message}` : error.message;
}

const quote = (text: string): string => (text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text);

/** The provider's own words, wherever in an error's JSON they stand; null where there are none. */
export function messageIn(body: unknown): string | null {
  if (typeof body === 'string') return quote(body);
  if (typeof body !== 'object' || body === null) return null;
  const inner = new Map<string, unknown>(Object.entries(body));
  const keys = ['message', 'msg', 'error_message', 'description', 'error', 'status', 'Error Message'];
  for (const key of keys) {
    const found = inner.has(key) ? messageIn(inner.get(key)) : null;
    if (found !== null) return found;
  }
  return null;
}

function parseDate(text: string | null): number | null {
  const parsed = text === null ? NaN : Date.parse(text);
  return Number.isFinite(parsed) ? parsed : null;
}

/** Seconds, or a date read against the server's own clock: ours may be wrong. */
function parseRetryAfter(text: string | null, serverNowMs: number | null): number | null {
  if (text === null) return null;
  if (/^\d+(\.\d+)?$/.test(text.trim())) return Number(text) * 1000;
  const until = parseDate(text);
  return until === null || serverNowMs === null ? null : Math.max(0, until - serverNowMs);
}
