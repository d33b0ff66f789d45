import { expect } from 'chai';
import { describe, it } from 'mocha';
import { nextAction } from '../../../agents/dqn/dqnGraph.ts';
import { tdTarget } from '../../../agents/dqn/valueForm.ts';
import { gradients } from '../../../agents/nn/gradients.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { given } from '../../../agents/nn/initializers.ts';
import { takeAlong } from '../../../agents/nn/ops/indexing.ts';
import { reduceSum } from '../../../agents/nn/ops/reduce.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import type { TensorValues } from '../../../agents/nn/tensor.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { createRng } from '../../../core/rng.ts';

interface Values {
  readonly reward: readonly number[];
  readonly bootstrap: readonly number[];
  readonly online: readonly (readonly number[])[];
  readonly target: readonly (readonly number[])[];
  readonly mask?: readonly (readonly number[])[];
}

function build({ reward, bootstrap, online, target, mask }: Values, doubleQ: boolean) {
  const graph = new Graph();
  const shape = [reward.length, online[0].length];
  const [nextOnline, nextTarget] = [
    graph.parameter('online/q', shape, given(online.flat())),
    graph.parameter('target/q', shape, given(target.flat())),
  ];
  const allowed = mask === undefined ? null : graph.constant(Uint8Array.from(mask.flat()), shape);
  const best = nextAction({ online: nextOnline, target: nextTarget, allowed }, doubleQ);
  const parts = {
    reward: graph.constant(reward, [reward.length]),
    bootstrap: graph.constant(bootstrap, [reward.length]),
    next: takeAlong(nextTarget, best),
  };
  return { graph, parts };
}

async function compute(values: Values, doubleQ: boolean): Promise<TensorValues> {
  const { graph, parts } = build(values, doubleQ);
  const variables = new Variables();
  variables.initialize(graph, createRng(1));
  const fetches = { target: tdTarget(parts) };
  const executable = await createOrtEngine().compile({ graph, fetches }, variables);
  const { target } = executable.run({});
  executable.dispose();
  return target;
}

/** Two networks that each see pure noise around a true value of zero for every action. */
function noisyZero(batch: number, numActions: number) {
  const rng = createRng(3);
  const noise = () => Array.from({ length: batch }, () => Array.from({ length: numActions }, () => rng.normal()));
  return {
    reward: Array<number>(batch).fill(0),
    bootstrap: Array<number>(batch).fill(1),
    online: noise(),
    target: noise(),
  };
}

describe('agents/dqn/dqnGraph', () => {
  const hand = {
    reward: [1, 2, 3],
    bootstrap: [0.9, 0.81, 0],
    online: [
      [1, 5],
      [4, 2],
      [0, 9],
    ],
    target: [
      [10, 3],
      [6, 8],
      [7, 7],
    ],
  };

  it('double: the online network chooses, the target network values; an end bootstraps nothing', async () => {
    const target = await compute(hand, true);
    [1 + 0.9 * 3, 2 + 0.81 * 6, 3].forEach((expected, i) => expect(target[i]).to.be.closeTo(expected, 1e-5));
  });

  it('single: the target network does both', async () => {
    const target = await compute(hand, false);
    [1 + 0.9 * 10, 2 + 0.81 * 8, 3].forEach((expected, i) => expect(target[i]).to.be.closeTo(expected, 1e-5));
  });

  it('an action that is not allowed next is never bootstrapped from, however much it is worth', async () => {
    const mask = [
      [1, 0],
      [0, 1],
      [1, 1],
    ];
    for (const doubleQ of [true, false]) {
      const target = await compute({ ...hand, mask }, doubleQ);
      [1 + 0.9 * 10, 2 + 0.81 * 8, 3].forEach((expected, i) => expect(target[i]).to.be.closeTo(expected, 1e-5));
    }
  });

  it('no gradient flows through a target', () => {
    for (const doubleQ of [true, false]) {
      const { graph, parts } = build(hand, doubleQ);
      const target = tdTarget(parts);
      expect(() => gradients(reduceSum(target), graph.parameters('target'))).to.throw(/does not depend/);
    }
  });

  it('on noise around zero the double target is unbiased; the single one overestimates by the mean of a maximum', async () => {
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
    const noise = noisyZero(20_000, 4);
    expect(mean(await compute(noise, true))).to.be.closeTo(0, 0.03);
    expect(mean(await compute(noise, false))).to.be.closeTo(1.0294, 0.03); // E max of 4 standard normals
  });
});
