/** The promises that every engine keeps; call it once per engine. */

import { expect } from 'chai';
import fc from 'fast-check';
import { it } from 'mocha';
import { buildTrunk, networkConfig } from '../../agents/networks/network.ts';
import { observe } from '../../agents/networks/observation.ts';
import { adam } from '../../agents/nn/adam.ts';
import type { Engine } from '../../agents/nn/engine.ts';
import { Graph } from '../../agents/nn/graph.ts';
import { ones } from '../../agents/nn/initializers.ts';
import { dense } from '../../agents/nn/layers.ts';
import { softmaxCrossEntropy } from '../../agents/nn/losses.ts';
import { add, div, mul } from '../../agents/nn/ops/arithmetic.ts';
import { takeAlong } from '../../agents/nn/ops/indexing.ts';
import { reduceSum } from '../../agents/nn/ops/reduce.ts';
import { reshape } from '../../agents/nn/ops/shaping.ts';
import { minimize } from '../../agents/nn/optimizer.ts';
import { createOrtEngine } from '../../agents/nn/ort/ortEngine.ts';
import { Variables } from '../../agents/nn/variables.ts';
import { InputError } from '../../core/errors.ts';
import { createRng } from '../../core/rng.ts';
import type { EnvSpec } from '../../core/spec.ts';
import { buildCase, drawnCase, expectClose, gradientsOf } from '../agents/nn/helpers/builtCase.ts';
import { OP_CASES } from '../agents/nn/helpers/opCases.ts';
import { buildActing, createTrainer, ROWS, STATE } from '../agents/nn/helpers/qNetwork.ts';
import { evaluateReference } from '../agents/nn/helpers/referenceEngine.ts';

/** How far two engines may be apart, relative to values above 1. */
const AGREEMENT = 1e-4;
const TRAINING_STEPS = 20;

const NETWORKS = [
  { kind: 'mlp', hidden: [16, 8], layerNorm: true, initializer: 'he' },
  { kind: 'conv1d', channels: [8, 8], layerNorm: true, pool: 'max', hidden: [8] },
  { kind: 'lstm', units: 8, numLayers: 2, hidden: [8] },
  { kind: 'transformer', dModel: 8, numHeads: 2, feedForward: 16, hidden: [8] },
  { kind: 'pathways', posterior: [2, 3], trunk: { kind: 'mlp', hidden: [8] } },
].map((config) => networkConfig.parse(config));

/** The weights after {@link TRAINING_STEPS} steps of AdamW with clipping on a classifier of windows, and the loss of each. */
async function trainClassifier(engine: Engine, config: (typeof NETWORKS)[number]) {
  const rng = createRng('classifier');
  const [rows, features, batch] = [40, 4, 6];
  const matrix = Float32Array.from({ length: rows * features }, () => rng.normal());
  const context = { matrix, rows, features, window: 7 };
  const spec: EnvSpec = { stateSize: 2, actions: { kind: 'discrete', numActions: 3 }, context };
  const graph = new Graph();
  const trunk = buildTrunk(config, observe(graph, spec, batch), { name: 'net/trunk', luck: null });
  const loss = softmaxCrossEntropy(
    dense(trunk, { name: 'net/head', units: 3 }),
    graph.input('label', [batch], 'int32'),
  );
  const { update, gradientNorm } = minimize(loss, {
    group: 'net',
    optimizer: adam({ weightDecay: 0.01, epsilon: 1e-5 }),
    maxGradNorm: 0.5,
  });
  const variables = new Variables();
  variables.initialize(graph, createRng('weights'));
  const fetches = { loss, ...(gradientNorm !== null && { gradientNorm }) };
  const trainer = await engine.compile({ graph, fetches, updates: [update] }, variables);
  const losses: number[] = [];
  for (let step = 0; step < TRAINING_STEPS; step++) {
    const row = Int32Array.from({ length: batch }, () => 6 + rng.int(rows - 6));
    const state = Float32Array.from({ length: batch * 2 }, () => rng.normal());
    const label = Int32Array.from({ length: batch }, () => rng.int(3));
    const out = trainer.run({ context: matrix, row, state, label, learningRate: 1e-3 });
    losses.push(out.loss[0], out.gradientNorm[0]);
  }
  const weights = variables.save();
  trainer.dispose();
  return { losses, weights: flatten(weights) };
}

/** Every number of saved variables, moments included. */
function flatten(saved: unknown): number[] {
  if (typeof saved === 'number') return [saved];
  if (saved instanceof Float32Array) return [...saved];
  return typeof saved === 'object' && saved !== null ? Object.values(saved).flatMap(flatten) : [];
}

/** @param create the engine; ops are held against a reference in double precision, training against plain onnxruntime */
export function testEngineContract(create: () => Engine): void {
  const engine = create();
  const other = createOrtEngine({ fuseUpdates: false });

  for (const [name, opCase] of Object.entries(OP_CASES)) {
    it(`computes ${name}${opCase.opaque === true ? '' : ' and its gradient'} as the reference does`, async () => {
      await fc.assert(
        fc.asyncProperty(drawnCase, async ({ sizes, seed }) => {
          const built = buildCase(opCase, sizes, createRng(seed));
          const fetched = [built.out, ...(opCase.opaque === true ? [] : gradientsOf(built))];
          const wanted = evaluateReference(built.graph, fetched, built.feeds);
          const fetches = Object.fromEntries(fetched.map((tensor, i) => [`f${i}`, tensor]));
          const executable = await engine.compile({ graph: built.graph, fetches }, new Variables());
          const got = executable.run(built.feeds);
          executable.dispose();
          wanted.forEach((values, i) => expectClose(got[`f${i}`], values, 2e-5, `${name} ${i}`));
        }),
        { numRuns: 8 },
      );
    });
  }

  for (const config of NETWORKS) {
    it(`trains ${config.kind} for ${TRAINING_STEPS} steps to the same losses, norms, weights and moments`, async () => {
      const [mine, theirs] = [await trainClassifier(engine, config), await trainClassifier(other, config)];
      expectClose(mine.losses, theirs.losses, AGREEMENT, 'loss');
      expectClose(mine.weights, theirs.weights, AGREEMENT, 'weights');
      expect(new Set(mine.losses).size).to.be.greaterThan(TRAINING_STEPS);
    });
  }

  it(`trains double DQN for ${TRAINING_STEPS} steps to the same losses and weights, its target copied and blended on the way`, async () => {
    const run = async (on: Engine) => {
      const trainer = await createTrainer(on);
      const losses: number[] = [];
      for (let step = 0; step < TRAINING_STEPS; step++) {
        losses.push(trainer.step());
        if (step % 5 === 2) trainer.variables.blend('online', 'target', 0.3);
        if (step % 10 === 4) trainer.variables.copy('online', 'target');
      }
      const weights = flatten(trainer.variables.save());
      trainer.executable.dispose();
      return { losses, weights };
    };
    const [mine, theirs] = [await run(engine), await run(other)];
    expectClose(mine.losses, theirs.losses, AGREEMENT, 'loss');
    expectClose(mine.weights, theirs.weights, AGREEMENT, 'weights');
  });

  it('a checkpoint resumes to the same bytes, and reading the weights on the way changes nothing', async () => {
    const straight = await createTrainer(engine);
    const watched = await createTrainer(engine);
    for (let step = 0; step < 12; step++) {
      for (const trainer of [straight, watched]) {
        trainer.step();
        trainer.variables.blend('online', 'target', 0.1);
      }
      watched.variables.hash();
    }
    expect(watched.variables.hash()).to.equal(straight.variables.hash());
    const saved = structuredClone(watched.variables.save());
    for (let step = 0; step < 5; step++) straight.step();
    expect(watched.variables.hash()).not.to.equal(straight.variables.hash());
    for (let step = 0; step < 5; step++) watched.step();
    expect(watched.variables.hash()).to.equal(straight.variables.hash());

    const resumed = await createTrainer(engine);
    for (let step = 0; step < 12; step++) resumed.step(); // lives through the same batches, with another target
    resumed.variables.restore(saved);
    for (let step = 0; step < 5; step++) resumed.step();
    expect(resumed.variables.hash()).to.equal(straight.variables.hash());
    for (const { executable } of [straight, watched, resumed]) executable.dispose();
  });

  it('two engines may take turns on the same variables', async () => {
    const [turns, alone] = [await createTrainer(engine), await createTrainer(other)];
    const second = await other.compile(turns.program, turns.variables);
    for (let step = 0; step < 6; step++) {
      turns.step(step % 2 === 0 ? turns.executable : second);
      alone.step();
    }
    expectClose(flatten(turns.variables.save()), flatten(alone.variables.save()), AGREEMENT, 'weights');
    for (const executable of [turns.executable, second, alone.executable]) executable.dispose();
  });

  it('weights set from outside are what the next run computes with', async () => {
    const { variables, feeds, executable } = await createTrainer(engine);
    const actor = await engine.compile(buildActing(), variables);
    const observed = { context: feeds.context, row: Int32Array.of(9), state: new Float32Array(STATE) };
    actor.run(observed);
    variables.set('online/values/weight', new Float32Array(variables.get('online/values/weight').length));
    variables.set('online/values/bias', [3, 1, 2]);
    expect([...actor.run(observed).scores]).to.deep.equal([3, 1, 2]);
    for (const each of [actor, executable]) each.dispose();
  });

  it('an infinity beside a value taken along a row stays where it is', async () => {
    const graph = new Graph();
    const y = takeAlong(graph.input('x', [2, 3]), graph.input('index', [2], 'int32'));
    const executable = await engine.compile({ graph, fetches: { y } }, new Variables());
    const x = Float32Array.of(-Infinity, 1, 2, 3, Infinity, NaN);
    expect([...executable.run({ x, index: Int32Array.of(1, 0) }).y]).to.deep.equal([1, 3]);
    executable.dispose();
  });

  it('integers divide toward zero', async () => {
    const graph = new Graph();
    const q = div(graph.input('a', [4], 'int32'), graph.input('b', [4], 'int32'));
    const executable = await engine.compile({ graph, fetches: { q } }, new Variables());
    const feeds = { a: Int32Array.of(7, -7, 7, -7), b: Int32Array.of(2, 2, -2, -2) };
    expect([...executable.run(feeds).q]).to.deep.equal([3, -3, -3, 3]);
    executable.dispose();
  });

  it('a copied target stays while the online network trains', async () => {
    const { variables, step } = await createTrainer(engine);
    const before = variables.hash(['target']);
    step();
    expect(variables.hash(['target'])).to.equal(before);
    expect(variables.get('online/values/bias')).not.to.deep.equal(variables.get('target/values/bias'));
  });

  it('an acting program sees what the training program learned', async () => {
    const { variables, step, feeds } = await createTrainer(engine);
    const actor = await engine.compile(buildActing(), variables);
    const observed = { context: feeds.context, row: Int32Array.of(9), state: new Float32Array(STATE) };
    const before = actor.run(observed).scores.slice();
    step();
    expect(actor.run(observed).scores).not.to.deep.equal(before);
  });

  it('a batch of any size gives what its rows give alone', async () => {
    const { variables, feeds } = await createTrainer(engine);
    const actor = await engine.compile(buildActing(), variables);
    const rng = createRng(3);
    for (const batch of [1, 5, 2, 17]) {
      const row = Int32Array.from({ length: batch }, () => 4 + rng.int(ROWS - 4));
      const state = Float32Array.from({ length: batch * STATE }, () => rng.normal());
      const together = actor.run({ context: feeds.context, row, state }).scores.slice();
      expect(together.length).to.equal(batch * 3);
      for (let i = 0; i < batch; i++) {
        const alone = actor.run({
          context: feeds.context,
          row: row.slice(i, i + 1),
          state: state.slice(i * STATE, (i + 1) * STATE),
        });
        alone.scores.forEach((value, k) => expect(together[3 * i + k]).to.be.closeTo(value, 1e-5));
      }
    }
  });

  it('a layer over a window works for any batch', async () => {
    const graph = new Graph();
    const y = dense(graph.input('x', ['batch', 4, 3]), { name: 'net/layer', units: 2 });
    expect(y.shape).to.deep.equal(['batch', 4, 2]);
    const variables = new Variables();
    variables.initialize(graph, createRng(1));
    const executable = await engine.compile({ graph, fetches: { y, flat: reshape(y, [-1, 2]) } }, variables);
    const x = Float32Array.from({ length: 5 * 12 }, (_, i) => Math.sin(i));
    const all = executable.run({ x });
    expect([all.y.length, all.flat.length]).to.deep.equal([40, 40]);
    const third = all.y.slice(16, 24);
    executable.run({ x: x.slice(24, 36) }).y.forEach((value, i) => expect(value).to.be.closeTo(third[i], 1e-6));
  });

  it('arrays fed again, filled anew, are read anew, and results keep their buffers', async () => {
    const graph = new Graph();
    const executable = await engine.compile(
      { graph, fetches: { y: mul(graph.input('x', [2]), graph.input('k', [])) } },
      new Variables(),
    );
    const x = Float32Array.of(1, 2);
    const first = executable.run({ x, k: 3 });
    expect([...first.y]).to.deep.equal([3, 6]);
    x[0] = 5;
    const second = executable.run({ x, k: 2 });
    expect(second.y).to.equal(first.y);
    expect([...second.y]).to.deep.equal([10, 4]);
  });

  it('one tensor may be fetched under two names, and an input be fetched as it is', async () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const y = add(x, 1);
    const executable = await engine.compile(
      { graph, fetches: { a: y, b: y, c: x, d: graph.constant([4], [1]) } },
      new Variables(),
    );
    const { a, b, c, d } = executable.run({ x: Float32Array.of(1, 2) });
    expect([a, b, c, d].map((values) => [...values])).to.deep.equal([[2, 3], [2, 3], [1, 2], [4]]);
  });

  it('feeds that are missing, misspelt, of another type or length are refused by name', async () => {
    const graph = new Graph();
    const y = add(graph.input('state', ['batch', 3]), graph.input('bias', [3]));
    const executable = await engine.compile({ graph, fetches: { y } }, new Variables());
    const state = new Float32Array(6);
    const bias = new Float32Array(3);
    expect(() => executable.run({ state, bais: bias })).to.throw(InputError, "did you mean 'bias'?");
    expect(() => executable.run({ state })).to.throw(InputError, "'bias' was not fed");
    expect(() => executable.run({ state, bias: new Int32Array(3) })).to.throw(InputError, 'Int32Array');
    expect(() => executable.run({ state, bias: new Float32Array(4) })).to.throw(InputError, "'bias' does not fit");
    expect(() => executable.run({ state: new Float32Array(7), bias })).to.throw(InputError, '(batch, 3) float32');
    expect(() => executable.run({ state, bias: 1 })).to.throw(InputError, 'a number was fed');
    expect(executable.run({ state, bias }).y.length).to.equal(6);
  });

  it('a training program without a learning rate is refused', async () => {
    const { executable, feeds } = await createTrainer(engine);
    const { context, row, state, action, reward } = feeds;
    const rest = { context, row, state, action, reward, 'next-row': row, 'next-state': state };
    expect(() => executable.run(rest)).to.throw(InputError, 'learningRate');
  });

  it('variables that the program does not find are named', async () => {
    const graph = new Graph();
    const y = reduceSum(dense(graph.input('x', [1, 2]), { name: 'missing/layer', units: 2, initializer: ones }));
    let message = '';
    await engine.compile({ graph, fetches: { y } }, new Variables()).catch((error: Error) => (message = error.message));
    expect(message).to.include("unknown group 'missing'");
  });
}
