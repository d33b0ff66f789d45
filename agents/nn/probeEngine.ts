/** Proves on this machine that an engine trains: one real step of a small network. */

import { systemClock, type Clock } from '../../core/clock.ts';
import { createRng } from '../../core/rng.ts';
import { adam } from './adam.ts';
import type { Engine } from './engine.ts';
import { Graph } from './graph.ts';
import { dense } from './layers.ts';
import { meanSquaredError } from './losses.ts';
import { minimize } from './optimizer.ts';
import { Variables } from './variables.ts';

/**
 * @returns the loss before the step, and the time it took to load the engine, build, compile and run it
 * @throws InputError where the engine does not work here
 */
export async function probeEngine(
  engine: Engine,
  clock: Clock = systemClock,
): Promise<{ loss: number; seconds: number }> {
  const startMs = clock.elapsedMs();
  const graph = new Graph();
  const x = graph.input('x', [4, 2]);
  const loss = meanSquaredError(
    dense(dense(x, { name: 'probe/hidden', units: 8, activation: 'tanh' }), { name: 'probe/out', units: 1 }),
    1,
  );
  const { update } = minimize(loss, { group: 'probe', optimizer: adam() });
  const variables = new Variables();
  variables.initialize(graph, createRng('probe'));
  const executable = await engine.compile({ graph, fetches: { loss }, updates: [update] }, variables);
  const fetched = executable.run({ x: Float32Array.of(1, 0, 0, 1, 1, 1, -1, 1), learningRate: 1e-3 });
  executable.dispose();
  return { loss: fetched.loss[0], seconds: (clock.elapsedMs() - startMs) / 1000 };
}
