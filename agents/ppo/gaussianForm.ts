/** Numbers within bounds: a normal distribution, squashed by tanh. Paper: https://arxiv.org/abs/1801.01290, appendix C */

import { InputError } from '../../core/errors.ts';
import type { ContinuousActions } from '../../core/spec.ts';
import { normalQuantile } from '../../core/statistics.ts';
import { constantOf, orthogonal } from '../nn/initializers.ts';
import { dense } from '../nn/layers.ts';
import { add, div, mul, sub } from '../nn/ops/arithmetic.ts';
import { clip, exp, softplus, square, tanh } from '../nn/ops/pointwise.ts';
import { reduceMean, reduceSum } from '../nn/ops/reduce.ts';
import { concat, reshape } from '../nn/ops/shaping.ts';
import type { Tensor } from '../nn/tensor.ts';
import type { ActionForm } from './actionForm.ts';

const START_LOG_STD = -0.5;
const MIN_LOG_STD = -5;
const MAX_LOG_STD = 1;
const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;
const NUM_NODES = 24;

/** Standard normal at the middles of equal slices, scaled to variance 1: the mean over them is close to an expectation. */
const NODES = (() => {
  const raw = Array.from({ length: NUM_NODES }, (_, i) => normalQuantile((i + 0.5) / NUM_NODES));
  const deviation = Math.sqrt(raw.reduce((sum, node) => sum + node * node, 0) / NUM_NODES);
  return raw.map((node) => node / deviation);
})();

/**
 * action = middle + reach * tanh(x), x normal with a mean from the network and a spread that is trained but the same everywhere.
 *
 * What is kept of an action is x, so that no inverse of tanh is needed near the bounds.
 *
 * @throws InputError where the bounds hold nothing between them
 */
export function gaussianForm({ low, high }: ContinuousActions): ActionForm {
  checkBounds(low, high);
  const size = low.length;
  const middle = low.map((bound, k) => (bound + high[k]) / 2);
  const reach = low.map((bound, k) => (high[k] - bound) / 2);
  const logReach = reach.reduce((sum, value) => sum + Math.log(value), 0);
  return {
    size,
    dtype: 'float32',

    build(features, name) {
      const { graph } = features;
      const mean = dense(features, { name: `${name}/mean`, units: size, initializer: orthogonal(0.01) }); // (batch, size)
      const logStd = clip(
        graph.parameter(`${name}/logStd`, [size], constantOf(START_LOG_STD)),
        MIN_LOG_STD,
        MAX_LOG_STD,
      );
      const greedy = add(mul(tanh(mean), graph.constant(reach, [size])), graph.constant(middle, [size]));
      return {
        scores: greedy,
        drawn: concat([mean, add(mul(mean, 0), logStd)], 1),
        greedy,
        entropy: reduceSum(add(add(logStd, HALF_LOG_2PI + 0.5), squashedAway(mean, logStd, logReach / size)), -1),
        logProb(kept) {
          const z = div(sub(kept, mean), exp(logStd));
          const density = sub(mul(square(z), -0.5), add(logStd, HALF_LOG_2PI));
          return reduceSum(sub(density, add(logSlope(kept), logReach / size)), -1);
        },
      };
    },

    sample(rng, drawn, { actions, kept, logProb }) {
      for (let env = 0; env < logProb.length; env++) {
        logProb[env] = 0;
        for (let k = 0; k < size; k++) {
          const mean = drawn[env * 2 * size + k];
          const logStd = drawn[env * 2 * size + size + k];
          const x = Math.fround(mean + Math.exp(logStd) * rng.normal());
          const z = (x - mean) / Math.exp(logStd);
          kept[env * size + k] = x;
          actions[env * size + k] = middle[k] + reach[k] * Math.tanh(x);
          const slope = 2 * (Math.LN2 - x - Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.max(-2 * x, 0));
          logProb[env] += -0.5 * z * z - logStd - HALF_LOG_2PI - slope - Math.log(reach[k]);
        }
      }
    },
  };
}

/** log(1 - tanh(x)^2) = 2 (log 2 - x - softplus(-2 x)), which does not overflow. */
const logSlope = (x: Tensor): Tensor => mul(sub(sub(Math.LN2, x), softplus(mul(x, -2))), 2);

/** What squashing does to the entropy: the expectation of the log slope. @returns (batch, size) */
function squashedAway(mean: Tensor, logStd: Tensor, logReach: number): Tensor {
  const { graph } = mean;
  const [batch, size] = mean.shape;
  const nodes = graph.constant(NODES, [NUM_NODES]);
  const spread = mul(reshape(exp(logStd), [size, 1]), nodes); // (size, nodes)
  const x = add(reshape(mean, [batch, size, 1]), spread); // (batch, size, nodes)
  return add(reduceMean(logSlope(x), -1), logReach);
}

function checkBounds(low: readonly number[], high: readonly number[]): void {
  const fits = low.length > 0 && low.length === high.length && low.every((bound, k) => bound < high[k]);
  if (fits && [...low, ...high].every(Number.isFinite)) return;
  throw new InputError({
    what: 'continuous actions need room between their bounds',
    where: 'actions',
    rule: 'low and high are as many finite numbers, each low below its high',
    value: { low, high },
  });
}
