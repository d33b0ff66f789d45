/** Alerts as JSON by HTTP POST to an address from the config. */

import { z } from 'zod';
import { positiveInt } from '../core/schema.ts';
import type { AlertSink } from './alerts.ts';

export const webhookConfig = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe('address that alerts are posted to; may hold a secret, so it is never logged'),
  timeoutMs: positiveInt.default(5000).describe('milliseconds after which an alert counts as not delivered'),
  headers: z.record(z.string(), z.string()).default({}).describe('extra headers, a token for example; never logged'),
});

export type WebhookConfig = z.infer<typeof webhookConfig>;

/** Fails with the host and what went wrong, never with the path, the query or a header, where secrets live. */
export function webhookSink({ url, timeoutMs, headers }: WebhookConfig): AlertSink {
  const { host } = new URL(url);
  const name = `webhook ${host}`;
  return {
    name,
    send: async (alert) => {
      const answer = await post(alert, { url, timeoutMs, headers }).catch((error: unknown) => {
        const timedOut = error instanceof Error && error.name === 'TimeoutError';
        throw new Error(timedOut ? `${name} did not answer within ${timeoutMs} ms` : `${name} could not be reached`);
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`${name} answered ${answer.status}`);
    },
  };
}

const post = (body: object, { url, timeoutMs, headers }: WebhookConfig): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
