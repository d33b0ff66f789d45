import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Graph } from '../../../agents/nn/graph.ts';
import { ones, uniform } from '../../../agents/nn/initializers.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { InputError } from '../../../core/errors.ts';
import { createRng } from '../../../core/rng.ts';
import { buildActing, createTrainer } from './helpers/qNetwork.ts';

const engine = createOrtEngine();

function twoGroups(): Variables {
  const graph = new Graph();
  graph.parameter('online/weight', [2, 3], uniform(1));
  graph.parameter('online/bias', [3], ones);
  graph.parameter('target/weight', [2, 3], uniform(1));
  graph.parameter('target/bias', [3], ones);
  const variables = new Variables();
  variables.initialize(graph, createRng(1));
  return variables;
}

describe('variables', () => {
  it('the same seed starts the same weights, another seed others', () => {
    const hashes = [1, 1, 2].map((seed) => {
      const variables = new Variables();
      variables.initialize(buildActing().graph, createRng(seed));
      return variables.hash();
    });
    expect(hashes[0]).to.equal(hashes[1]).and.to.have.length(64);
    expect(hashes[0]).not.to.equal(hashes[2]);
  });

  it('a parameter starts by its name alone, whatever was declared before it', () => {
    const graph = new Graph();
    graph.parameter('first/weight', [4], uniform(1));
    graph.parameter('online/weight', [2, 3], uniform(1));
    const variables = new Variables();
    variables.initialize(graph, createRng(1));
    expect(variables.get('online/weight')).to.deep.equal(twoGroups().get('online/weight'));
  });

  it('a hard copy makes groups equal, a soft one moves by tau', () => {
    const variables = twoGroups();
    const [from, before] = [variables.get('online/weight'), variables.get('target/weight')];
    variables.blend('online', 'target', 0.25);
    variables
      .get('target/weight')
      .forEach((value, i) => expect(value).to.be.closeTo(0.75 * before[i] + 0.25 * from[i], 1e-6));
    variables.copy('online', 'target');
    expect(variables.get('target/weight')).to.deep.equal(from);
  });

  it('what get returns is a copy', () => {
    const variables = twoGroups();
    variables.get('online/bias').fill(7);
    expect([...variables.get('online/bias')]).to.deep.equal([1, 1, 1]);
    variables.set('online/bias', [1, 2, 3]);
    expect([...variables.get('online/bias')]).to.deep.equal([1, 2, 3]);
  });

  it('training taken up from a saved state goes on bit for bit', async () => {
    const uninterrupted = await createTrainer(engine);
    for (let i = 0; i < 20; i++) uninterrupted.step();

    const first = await createTrainer(engine);
    for (let i = 0; i < 10; i++) first.step();
    const saved = { variables: first.variables.save(), data: first.data.save() };
    for (let i = 0; i < 3; i++) first.step();

    const resumed = await createTrainer(engine, 99);
    expect(resumed.variables.hash()).not.to.equal(uninterrupted.variables.hash());
    resumed.variables.restore(saved.variables);
    resumed.data.restore(saved.data);
    resumed.feeds.context.set(first.feeds.context);
    for (let i = 0; i < 10; i++) resumed.step();
    expect(resumed.variables.hash()).to.equal(uninterrupted.variables.hash());
  });

  it('moments and the count of steps belong to the saved state', async () => {
    const trainer = await createTrainer(engine);
    for (let i = 0; i < 5; i++) trainer.step();
    expect(trainer.variables.group('online').step).to.equal(5);
    const moment = trainer.variables.get('online:secondMoment/vector');
    expect(moment.some((value) => value > 0)).to.equal(true);
    const other = await createTrainer(engine, 2);
    other.variables.restore(trainer.variables.save());
    expect(other.variables.group('online').step).to.equal(5);
    expect(other.variables.get('online:secondMoment/vector')).to.deep.equal(moment);
  });

  it('a state of another network is refused with the difference', () => {
    const graph = new Graph();
    graph.parameter('online/weight', [2, 4], uniform(1));
    graph.parameter('online/bias', [4], ones);
    const other = new Variables();
    other.initialize(graph, createRng(1));
    expect(() => other.restore(twoGroups().save()))
      .to.throw(InputError, 'online/weight (2, 3)')
      .with.property('message')
      .that.includes('online/weight (2, 4)');
  });

  it('unknown names are refused with the known ones', () => {
    const variables = twoGroups();
    expect(() => variables.get('online/wieght')).to.throw(InputError, 'online/weight');
    expect(() => variables.group('onlin')).to.throw(InputError, 'online, target');
    expect(() => variables.set('online/bias', [1])).to.throw(InputError, '(3) holds 3');
  });

  it('a graph whose shape differs from the held one is refused', () => {
    const variables = twoGroups();
    const graph = new Graph();
    graph.parameter('online/weight', [3, 2], uniform(1));
    expect(() => variables.initialize(graph, createRng(1))).to.throw(
      InputError,
      "'online/weight' is (2, 3) here and (3, 2)",
    );
  });
});
