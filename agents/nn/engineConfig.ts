/** Which engine trains, as a config says it. A new engine is one schema and one line in `createEngine`. */

import { z } from 'zod';
import { positiveInt } from '../../core/schema.ts';
import type { Engine } from './engine.ts';
import { createOrtEngine } from './ort/ortEngine.ts';
import { ORT_PROVIDERS } from './ort/providers.ts';
import { TFJS_PROVIDERS } from './tfjs/loadTensorFlow.ts';
import { createTfjsEngine } from './tfjs/tfjsEngine.ts';

/** Asked for by name, so that the answer says why there is none; absent, as in every run before, it is single precision. */
const precision = z
  .enum(['float32', 'mixed'])
  .refine(
    (wanted) => wanted === 'float32',
    "'float32': matrix products in half precision exist in onnxruntime's providers cuda and webgpu, and training by them has not been " +
      'verified on a GPU; its CPU kernels compute in single precision whatever they are given, and TensorFlow.js has no half precision',
  )
  .optional()
  .describe('of matrix products; `mixed` is refused with the reason until an engine gains by it');

export const engineConfig = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('ort').describe('onnxruntime, which ships inside its npm package'),
      threads: positiveInt
        .default(1)
        .describe('threads of one operation; with 1 results do not depend on the count of cores'),
      provider: z
        .enum(ORT_PROVIDERS)
        .default('cpu')
        .describe('where it computes; regimen doctor says which work on this machine'),
      precision,
    }),
    z.strictObject({
      kind: z.literal('tfjs').describe('TensorFlow.js, from a package that you install beside regimen'),
      provider: z
        .enum(TFJS_PROVIDERS)
        .default('auto')
        .describe('@tensorflow/tfjs-node-gpu, @tensorflow/tfjs-node or @tensorflow/tfjs; auto: the first that loads'),
      precision,
    }),
  ],
  { error: () => 'an engine kind is one of ort, tfjs' },
);

export type EngineConfig = z.output<typeof engineConfig>;

export const createEngine = (config: EngineConfig): Engine =>
  config.kind === 'ort' ? createOrtEngine(config) : createTfjsEngine(config);

/** Every engine with every provider, by the name that a report gives it; the default one first. */
export const listEngines = (): { readonly name: string; readonly config: EngineConfig }[] => [
  ...ORT_PROVIDERS.map((provider) => ({
    name: `engine ort, provider ${provider}`,
    config: { kind: 'ort' as const, threads: 1, provider },
  })),
  ...TFJS_PROVIDERS.filter((provider) => provider !== 'auto').map((provider) => ({
    name: `engine tfjs, provider ${provider}`,
    config: { kind: 'tfjs' as const, provider },
  })),
];
