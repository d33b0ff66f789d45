/**
 * A network that makes up stretches of returns: noise in, a window of returns out, trained until its stretches and the
 * real ones cannot be told apart by their distances.
 *
 * It works on normal scores, so that the network learns how returns hang together, while their distribution, fat tails
 * and all, is the observed one; it never makes a return beyond those seen.
 *
 * The loss is the energy distance 2 E|X - Y| - E|X - X'| - E|Y - Y'|, zero only for equal distributions: a critic in
 * closed form, so that nothing has to be trained against the generator. Paper: https://arxiv.org/abs/1705.10743
 */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { positive, positiveInt } from '../../core/schema.ts';
import { standardDeviation } from '../../core/statistics.ts';
import { assertFinite } from '../learnerParts.ts';
import { buildTrunk, networkConfig } from '../networks/network.ts';
import { adam } from '../nn/adam.ts';
import type { Engine } from '../nn/engine.ts';
import { Graph } from '../nn/graph.ts';
import { dense } from '../nn/layers.ts';
import { add, mul, sub } from '../nn/ops/arithmetic.ts';
import { sqrt, square } from '../nn/ops/pointwise.ts';
import { reduceMean, reduceSum } from '../nn/ops/reduce.ts';
import { reshape, slice } from '../nn/ops/shaping.ts';
import { minimize } from '../nn/optimizer.ts';
import { createOrtEngine } from '../nn/ort/ortEngine.ts';
import type { Dim, Tensor } from '../nn/tensor.ts';
import { Variables } from '../nn/variables.ts';
import { toNormalScores } from './normalScores.ts';

export const returnGeneratorConfig = z.strictObject({
  network: networkConfig.prefault({ kind: 'mlp', hidden: [64, 64] }).describe('from noise to features'),
  window: positiveInt.default(8).describe('returns made at once'),
  noiseSize: positiveInt.default(16).describe('random numbers that one window is made of'),
  learningRate: positive.default(3e-3).describe('Adam step size'),
  batchSize: positiveInt.min(4).multipleOf(2).default(128).describe('windows per update, half of each pair'),
  updates: positiveInt.default(1_000).describe('training steps'),
});

export type ReturnGeneratorConfig = z.infer<typeof returnGeneratorConfig>;

export interface ReturnTraining {
  readonly config: ReturnGeneratorConfig;
  /** Consecutive returns to learn from. */
  readonly returns: ArrayLike<number>;
  readonly rng: Rng;
  readonly engine?: Engine;
}

export interface ReturnGenerator {
  /** Makes up `count` windows. @returns (count, window), fresh */
  generate(count: number, rng: Rng): Float64Array;
  weightsHash(): string;
  /** Frees the engine's memory. */
  dispose(): void;
}

const GROUP = 'generator';
/** Keeps the root's slope finite where two windows coincide. */
const DISTANCE_FLOOR = 1e-12;

/** Windows of normal scores. @returns (batch, window) */
function buildGenerator(graph: Graph, { network, noiseSize, window }: ReturnGeneratorConfig, batch: Dim): Tensor {
  const noise = graph.input('noise', [batch, noiseSize]);
  const features = buildTrunk(network, { window: null, state: noise }, { name: GROUP, luck: null });
  return dense(features, { name: `${GROUP}/returns`, units: window });
}

/** Mean Euclidean distance between rows of a and rows of b. @param a (m, n) @param b (k, n) */
function meanDistance(a: Tensor, b: Tensor): Tensor {
  const difference = sub(reshape(a, [a.shape[0], 1, a.shape[1]]), reshape(b, [1, b.shape[0], b.shape[1]])); // (m, k, n)
  return reduceMean(sqrt(add(reduceSum(square(difference), -1), DISTANCE_FLOOR)));
}

/** Unbiased from two halves of each sample; the real-to-real term is left out, for the generator cannot change it. */
function energyLoss(made: Tensor, real: Tensor, batchSize: number): Tensor {
  const half = batchSize / 2;
  const [first, second] = [slice(made, 0, 0, half), slice(made, 0, half, batchSize)];
  return sub(mul(meanDistance(made, real), 2), meanDistance(first, second));
}

/** @throws InputError when the returns are fewer than a batch of windows, or do not vary */
export async function trainReturnGenerator(training: ReturnTraining): Promise<ReturnGenerator> {
  const { config, returns, rng, engine = createOrtEngine() } = training;
  const { batchSize, window, noiseSize, updates, learningRate } = config;
  const deviation = standardDeviation(returns) ?? 0;
  const starts = returns.length - window + 1;
  if (starts < batchSize || !(deviation > 0)) {
    throw new InputError({
      what: 'not enough to learn from',
      where: 'return generator',
      rule: `returns that vary, at least batchSize + window - 1 = ${batchSize + window - 1} of them`,
      value: `${returns.length} returns with standard deviation ${deviation}`,
    });
  }
  const graph = new Graph();
  const loss = energyLoss(
    buildGenerator(graph, config, batchSize),
    graph.input('real', [batchSize, window]),
    batchSize,
  );
  const { update } = minimize(loss, { group: GROUP, optimizer: adam({ beta1: 0.5 }), maxGradNorm: 10 });
  const variables = new Variables();
  variables.initialize(graph, rng.fork('weights'));
  const trainer = await engine.compile({ graph, fetches: { loss }, updates: [update] }, variables);

  const { scores, valueOf } = toNormalScores(returns);
  const luck = rng.fork('batches');
  const noise = new Float32Array(batchSize * noiseSize);
  const real = new Float32Array(batchSize * window);
  for (let step = 0; step < updates; step++) {
    for (let i = 0; i < noise.length; i++) noise[i] = luck.normal();
    for (let i = 0; i < batchSize; i++) {
      const start = luck.int(starts);
      for (let k = 0; k < window; k++) real[i * window + k] = scores[start + k];
    }
    const fetched = trainer.run({ noise, real, learningRate: learningRate * (1 - step / updates) });
    assertFinite(fetched.loss[0], 'return generator: the loss', step);
  }
  trainer.dispose();

  const making = new Graph();
  const maker = await engine.compile(
    { graph: making, fetches: { made: buildGenerator(making, config, 'batch') } },
    variables,
  );
  return {
    generate(count, from) {
      const { made } = maker.run({ noise: Float32Array.from({ length: count * noiseSize }, () => from.normal()) });
      return Float64Array.from(made, valueOf);
    },
    weightsHash: () => variables.hash([GROUP]),
    dispose: () => maker.dispose(),
  };
}
