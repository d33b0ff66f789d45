/** Settings of the curriculum: what an agent meets, in which order. */

import { z } from 'zod';
import { positive, positiveInt } from '../core/schema.ts';
import { COST_MODES } from '../market/execution/executionModel.ts';
import { REGIMES } from '../market/regimes/regime.ts';

export const stageConfig = z.strictObject({
  name: z.string().min(1).describe('what logs and reports call the stage'),
  regimes: z
    .array(z.enum(REGIMES))
    .min(1)
    .nullable()
    .default(null)
    .describe('regimes of the paths to train on; null: all paths, those that pass through several regimes included'),
  costs: z
    .enum(COST_MODES)
    .default('sample')
    .describe('execution costs: sample (measured distribution), p50, p90, none'),
  share: positive.default(1).describe('share of the run, relative to the shares of the other stages'),
});

export const curriculumConfig = z.strictObject({
  episodeBars: positiveInt.default(256).describe('bars of one training episode; a shorter path is walked whole'),
  stages: z
    .array(stageConfig)
    .min(1)
    .refine((stages) => new Set(stages.map((stage) => stage.name)).size === stages.length, {
      message: 'stage names must differ',
    })
    .default([{ name: 'all', regimes: null, costs: 'sample', share: 1 }])
    .describe('stages, easiest first'),
});

export type StageConfig = z.infer<typeof stageConfig>;
