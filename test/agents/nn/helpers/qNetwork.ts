/** A small double-DQN update and its acting graph, for tests of the engine. */

import { adam } from '../../../../agents/nn/adam.ts';
import type { Engine, Executable, Program } from '../../../../agents/nn/engine.ts';
import { Graph } from '../../../../agents/nn/graph.ts';
import { orthogonal } from '../../../../agents/nn/initializers.ts';
import { dense } from '../../../../agents/nn/layers.ts';
import { add, mul, sub } from '../../../../agents/nn/ops/arithmetic.ts';
import { gatherWindow, takeAlong } from '../../../../agents/nn/ops/indexing.ts';
import { huber, stopGradient } from '../../../../agents/nn/ops/pointwise.ts';
import { argMax, reduceMean } from '../../../../agents/nn/ops/reduce.ts';
import { concat, flattenOuter } from '../../../../agents/nn/ops/shaping.ts';
import { minimize } from '../../../../agents/nn/optimizer.ts';
import type { Dim, Tensor } from '../../../../agents/nn/tensor.ts';
import { Variables } from '../../../../agents/nn/variables.ts';
import { createRng } from '../../../../core/rng.ts';

const BATCH = 8;
export const STATE = 3;
export const FEATURES = 2;
const WINDOW = 4;
const ACTIONS = 3;
export const ROWS = 50;

/** Values of each action for observations by address. */
function qValues(graph: Graph, group: string, batch: Dim, prefix = ''): Tensor {
  const window = gatherWindow(
    graph.input('context', ['rows', FEATURES]),
    graph.input(`${prefix}row`, [batch], 'int32'),
    WINDOW,
  );
  const x = concat([flattenOuter(window), graph.input(`${prefix}state`, [batch, STATE])], 1);
  const hidden = dense(x, {
    name: `${group}/hidden`,
    units: 16,
    activation: 'relu',
    initializer: orthogonal(Math.SQRT2),
  });
  return dense(hidden, { name: `${group}/values`, units: ACTIONS });
}

export function buildTraining(): Program {
  const graph = new Graph();
  const chosen = takeAlong(qValues(graph, 'online', BATCH), graph.input('action', [BATCH], 'int32'));
  const best = argMax(qValues(graph, 'online', BATCH, 'next-'));
  const nextValue = takeAlong(qValues(graph, 'target', BATCH, 'next-'), best);
  const target = add(graph.input('reward', [BATCH]), mul(nextValue, 0.9));
  const loss = reduceMean(huber(sub(chosen, stopGradient(target))));
  const { update, gradientNorm } = minimize(loss, { group: 'online', optimizer: adam(), maxGradNorm: 0.5 });
  return { graph, fetches: { loss, ...(gradientNorm && { gradientNorm }) }, updates: [update] };
}

export function buildActing(): Program {
  const graph = new Graph();
  const scores = qValues(graph, 'online', 'batch');
  return { graph, fetches: { action: argMax(scores), scores } };
}

export async function createTrainer(engine: Engine, seed = 1) {
  const program = buildTraining();
  const variables = new Variables();
  const rng = createRng(seed);
  variables.initialize(program.graph, rng.fork('weights'));
  variables.copy('online', 'target');
  const executable = await engine.compile(program, variables);
  const data = rng.fork('data');
  const feeds = {
    context: Float32Array.from({ length: ROWS * FEATURES }, () => data.normal()),
    row: new Int32Array(BATCH),
    state: new Float32Array(BATCH * STATE),
    'next-row': new Int32Array(BATCH),
    'next-state': new Float32Array(BATCH * STATE),
    action: new Int32Array(BATCH),
    reward: new Float32Array(BATCH),
    learningRate: 1e-2,
  };
  /** One update on a fresh batch; the loss before it. */
  const step = (on: Executable = executable): number => {
    for (let i = 0; i < BATCH; i++) {
      feeds.row[i] = WINDOW + data.int(ROWS - WINDOW - 1);
      feeds['next-row'][i] = feeds.row[i] + 1;
      feeds.action[i] = data.int(ACTIONS);
      feeds.reward[i] = data.normal();
    }
    for (let i = 0; i < BATCH * STATE; i++) {
      feeds.state[i] = data.normal();
      feeds['next-state'][i] = data.normal();
    }
    return on.run(feeds).loss[0];
  };
  return { program, variables, executable, step, feeds, data };
}
