import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Graph } from '../../../../agents/nn/graph.ts';
import { ones } from '../../../../agents/nn/initializers.ts';
import { dense } from '../../../../agents/nn/layers.ts';
import { add, mul } from '../../../../agents/nn/ops/arithmetic.ts';
import { reduceSum } from '../../../../agents/nn/ops/reduce.ts';
import { reshape } from '../../../../agents/nn/ops/shaping.ts';
import { createOrtEngine } from '../../../../agents/nn/ort/ortEngine.ts';
import { Variables } from '../../../../agents/nn/variables.ts';
import { InputError } from '../../../../core/errors.ts';
import { createRng } from '../../../../core/rng.ts';
import { buildActing, createTrainer, ROWS, STATE } from '../helpers/qNetwork.ts';

const engine = createOrtEngine();

describe('the onnxruntime engine', () => {
  it('the same program on the same batches gives the same weights, bit for bit', async () => {
    const [a, b] = [await createTrainer(engine), await createTrainer(engine)];
    for (let i = 0; i < 50; i++) expect(a.step()).to.equal(b.step());
    expect(a.variables.hash()).to.equal(b.variables.hash());
  });

  it('another process gets the same weights', async function () {
    this.timeout(60_000);
    const trainer = await createTrainer(engine);
    for (let i = 0; i < 50; i++) trainer.step();
    const script = `
      const { createOrtEngine } = await import('${new URL('../../../../agents/nn/ort/ortEngine.ts', import.meta.url)}');
      const { createTrainer } = await import('${new URL('../helpers/qNetwork.ts', import.meta.url)}');
      const trainer = await createTrainer(createOrtEngine());
      for (let i = 0; i < 50; i++) trainer.step();
      process.stdout.write(trainer.variables.hash());`;
    const other = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(other).to.equal(trainer.variables.hash());
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

  it('memory does not grow over thousands of updates', async () => {
    const { step } = await createTrainer(engine);
    for (let i = 0; i < 1000; i++) step();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 5000; i++) step();
    const grownMiB = (process.memoryUsage().rss - before) / 2 ** 20;
    expect(grownMiB).to.be.below(24);
  });
});
