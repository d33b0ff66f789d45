/** Will the next return be up? A network over the context, trained by cross-entropy: the plainest test of what a context knows. */

import { z } from 'zod';
import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { nonNegative, positive, positiveInt } from '../../core/schema.ts';
import type { Context } from '../../core/spec.ts';
import { assertFinite } from '../learnerParts.ts';
import { feedContext } from '../networks/contextFeed.ts';
import { buildTrunk, networkConfig } from '../networks/network.ts';
import { observe } from '../networks/observation.ts';
import { adam } from '../nn/adam.ts';
import type { Engine } from '../nn/engine.ts';
import { Graph } from '../nn/graph.ts';
import { zeros } from '../nn/initializers.ts';
import { dense } from '../nn/layers.ts';
import { mul, sub } from '../nn/ops/arithmetic.ts';
import { sigmoid, softplus } from '../nn/ops/pointwise.ts';
import { reduceMean } from '../nn/ops/reduce.ts';
import { reshape } from '../nn/ops/shaping.ts';
import { minimize } from '../nn/optimizer.ts';
import { createOrtEngine } from '../nn/ort/ortEngine.ts';
import type { Dim, Tensor } from '../nn/tensor.ts';
import { Variables } from '../nn/variables.ts';
import { shuffle } from '../shuffle.ts';

export const directionPredictorConfig = z.strictObject({
  network: networkConfig.prefault({ kind: 'mlp', hidden: [] }).describe('no hidden layer: logistic regression'),
  learningRate: positive.default(5e-3).describe('Adam step size'),
  weightDecay: nonNegative.default(1e-2).describe('AdamW shrinkage of weights'),
  batchSize: positiveInt.default(128).describe('rows per update'),
  epochs: positiveInt.default(20).describe('passes over the training rows'),
});

export type DirectionPredictorConfig = z.infer<typeof directionPredictorConfig>;

export interface DirectionTraining {
  readonly config: DirectionPredictorConfig;
  readonly context: Context;
  /** Rows to learn from. Purging rows whose label reaches into the judged part is the caller's business: it knows the labels' horizon. */
  readonly rows: Int32Array;
  /** 1 where the return after the row is positive, else 0; one for each of `rows`. */
  readonly labels: ArrayLike<number>;
  readonly rng: Rng;
  readonly engine?: Engine;
}

export interface DirectionPredictor {
  /** Probability that the return after each row is positive. @param probabilities (rows), written in place */
  predict(rows: Int32Array, probabilities: Float32Array): void;
  weightsHash(): string;
  /** Frees the engine's memory. */
  dispose(): void;
}

const GROUP = 'direction';

/** Log odds of up. @returns (batch) */
function buildLogits(graph: Graph, { config, context }: DirectionTraining, batch: Dim): Tensor {
  const spec = { stateSize: 0, actions: { kind: 'discrete', numActions: 2 } as const, context };
  const features = buildTrunk(config.network, observe(graph, spec, batch), { name: GROUP, luck: null });
  // Starts at zero, even odds: what was not learned adds nothing.
  return reshape(dense(features, { name: `${GROUP}/odds`, units: 1, initializer: zeros }), [batch]);
}

/** @throws InputError when there are fewer rows than a batch, or not one label a row */
export async function trainDirectionPredictor(training: DirectionTraining): Promise<DirectionPredictor> {
  const { config, context, rows, labels, rng, engine = createOrtEngine() } = training;
  const { batchSize, epochs, learningRate, weightDecay } = config;
  if (rows.length < batchSize || rows.length !== labels.length) {
    throw new InputError({
      what: 'not enough to learn from',
      where: 'direction predictor',
      rule: `at least batchSize = ${batchSize} rows with one label each`,
      value: `${rows.length} rows, ${labels.length} labels`,
    });
  }
  const graph = new Graph();
  const logits = buildLogits(graph, training, batchSize);
  // Cross-entropy of a Bernoulli by its log odds z and outcome y: log(1 + e^z) - y z.
  const loss = reduceMean(sub(softplus(logits), mul(graph.input('label', [batchSize]), logits)));
  const { update } = minimize(loss, { group: GROUP, optimizer: adam({ weightDecay }), maxGradNorm: 1 });
  const variables = new Variables();
  variables.initialize(graph, rng.fork('weights'));
  const trainer = await engine.compile({ graph, fetches: { loss }, updates: [update] }, variables);

  const order = Int32Array.from(rows.keys());
  const luck = rng.fork('order');
  const row = new Int32Array(batchSize);
  const feeds = { label: new Float32Array(batchSize), learningRate };
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(luck, order);
    for (let from = 0; from + batchSize <= order.length; from += batchSize) {
      for (let i = 0; i < batchSize; i++) {
        row[i] = rows[order[from + i]];
        feeds.label[i] = labels[order[from + i]];
      }
      const fetched = trainer.run({ ...feeds, ...feedContext(context, { row }) });
      assertFinite(fetched.loss[0], 'direction predictor: the loss', epoch * order.length + from);
    }
  }
  trainer.dispose();

  const asking = new Graph();
  const fetches = { probability: sigmoid(buildLogits(asking, training, 'batch')) };
  const predictor = await engine.compile({ graph: asking, fetches }, variables);
  return {
    predict(asked, probabilities) {
      probabilities.set(predictor.run(feedContext(context, { row: asked })).probability);
    },
    weightsHash: () => variables.hash([GROUP]),
    dispose: () => predictor.dispose(),
  };
}
