/** Settings of a live run, apart from those of the model that trades in it. */

import { z } from 'zod';
import { driftConfig } from './drift.ts';
import { retryConfig } from './retry.ts';
import { rulesConfig } from './rules.ts';
import { webhookConfig } from './webhookSink.ts';

export const liveConfig = z.strictObject({
  broker: z
    .enum(['paper', 'dryRun'])
    .default('paper')
    .describe(
      'paper: fills are simulated through the measured costs; dryRun: the same, and every order is logged as one not sent',
    ),
  rules: rulesConfig.prefault({}).describe('pre-trade rules'),
  onTrip: z
    .enum(['flatten', 'hold'])
    .default('flatten')
    .describe('what happens to the position when the kill switch trips'),
  retry: retryConfig.prefault({}).describe('how an order that the broker rejects for now is sent again'),
  drift: driftConfig.prefault({}).describe('comparison of live features with those of training'),
  webhook: webhookConfig.nullable().default(null).describe('where alerts are posted to; null: nowhere'),
});
