/** How flawed bars are mended before they are trained on: by named policies only, in the order in which they are named. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import { isoTime } from './isoTime.ts';

/** Rules whose rows may be left out; see `regimen data check`. */
const DROPPABLE = [
  'unreadable',
  'outOfOrder',
  'duplicates',
  'nonPositive',
  'highBelowLow',
  'crossedQuotes',
  'wrongFirstBar',
  'filledBars',
  'spikes',
  'staleRuns',
] as const;

export const repairConfig = z
  .array(
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('drop').describe('leave out the rows that a check finds; the holes go to the gap policy'),
        findings: z.array(z.enum(DROPPABLE)).min(1).describe("names of findings, as 'regimen data check' prints them"),
      }),
      z.strictObject({
        kind: z.literal('adjust').describe('bring raw prices of a stock to one scale'),
        factors: z
          .string()
          .min(1)
          .describe('file of corporate-action factors: day, price factor, split factor, reference price a line'),
      }),
      z.strictObject({
        kind: z.literal('adjustSplits').describe('bring raw prices to one scale by splits that are named here'),
        splits: z
          .array(
            z.strictObject({
              from: isoTime.describe('day or time, UTC, of the first bar at the new prices'),
              ratio: z
                .string()
                .regex(/^[1-9]\d*:[1-9]\d*$/, "new shares to old ones, such as '2:1' or '1:20'")
                .describe(
                  "new shares to old ones, as announced: '2:1' halves the price, '1:20' makes it twenty times as high",
                ),
            }),
          )
          .min(1)
          .describe('share splits of the instrument'),
      }),
      z.strictObject({
        kind: z
          .literal('keepJumps')
          .describe('prices that jump as by a split did so by themselves: nothing is changed, and the report tells it'),
        at: z.array(isoTime).min(1).describe('days or times, UTC, of the first bars after the jumps'),
      }),
      z.strictObject({
        kind: z
          .literal('forwardFill')
          .describe('put flat bars without volume into short outages; their regime is unknown'),
        maxBars: positiveInt.default(3).describe('missing bars in a row that are filled; longer outages stay'),
      }),
    ]),
  )
  .default([])
  .describe('policies for flawed bars, applied in this order; none: the file must be sound');

export type RepairPolicy = z.output<typeof repairConfig>[number];
