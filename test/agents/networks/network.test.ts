import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Luck } from '../../../agents/networks/luck.ts';
import { buildTrunk, networkConfig, type NetworkConfig } from '../../../agents/networks/network.ts';
import { observe } from '../../../agents/networks/observation.ts';
import { adam } from '../../../agents/nn/adam.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { exportOnnx } from '../../../agents/nn/onnx/exportOnnx.ts';
import { reduceMean } from '../../../agents/nn/ops/reduce.ts';
import { square } from '../../../agents/nn/ops/pointwise.ts';
import { minimize } from '../../../agents/nn/optimizer.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import { loadOnnx } from '../../../agents/nn/ort/loadOnnx.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { createRng } from '../../../core/rng.ts';
import type { EnvSpec } from '../../../core/spec.ts';

const FEATURES = 4;
const ROWS = 40;

function makeSpec(window: number, rows = ROWS, features = FEATURES, stateSize = 2): EnvSpec {
  const rng = createRng('context');
  const matrix = Float32Array.from({ length: rows * features }, () => rng.normal());
  return { stateSize, actions: { kind: 'discrete', numActions: 3 }, context: { matrix, rows, features, window } };
}

const KINDS: Readonly<Record<NetworkConfig['kind'], NetworkConfig>> = {
  mlp: networkConfig.parse({ kind: 'mlp', hidden: [16, 8], layerNorm: true, initializer: 'he' }),
  conv1d: networkConfig.parse({ kind: 'conv1d', channels: [8, 8], layerNorm: true, pool: 'max', hidden: [8] }),
  lstm: networkConfig.parse({ kind: 'lstm', units: 8, numLayers: 2, hidden: [8] }),
  attention: networkConfig.parse({ kind: 'attention', dModel: 8, numHeads: 2, positions: 'learned', hidden: [8] }),
  transformer: networkConfig.parse({ kind: 'transformer', dModel: 8, numHeads: 2, feedForward: 16, hidden: [8] }),
  pathways: networkConfig.parse({ kind: 'pathways', posterior: [2, 3], trunk: { kind: 'mlp', hidden: [8] } }),
};

/** The features that a network gives; with `luck`, as in training. */
async function compile(config: NetworkConfig, spec: EnvSpec, variables = new Variables()) {
  const graph = new Graph();
  const features = buildTrunk(config, observe(graph, spec, 'batch'), { name: 'net/trunk', luck: null });
  variables.initialize(graph, createRng('weights'));
  const program = { graph, fetches: { features } };
  const executable = await createOrtEngine().compile(program, variables);
  return { program, executable, variables };
}

const feedsOf = ({ context, stateSize }: EnvSpec, rows: readonly number[]) => ({
  ...(context !== null && { context: context.matrix }),
  row: Int32Array.from(rows),
  state: Float32Array.from({ length: rows.length * stateSize }, (_, i) =>
    Math.sin(rows[Math.floor(i / stateSize)] + (i % stateSize)),
  ),
});

const near = (found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5): void => {
  expect(found.length).to.equal(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(found[i]).to.be.closeTo(wanted[i], tolerance);
};

describe('networks', () => {
  for (const [kind, config] of Object.entries(KINDS)) {
    it(`${kind}: an observation means the same alone as among others, and in the exported model`, async () => {
      const spec = makeSpec(7);
      const { executable, program, variables } = await compile(config, spec);
      const rows = [6, 20, 39];
      const together = executable.run(feedsOf(spec, rows)).features.slice();
      const model = await loadOnnx(exportOnnx(program, variables));
      const units = together.length / rows.length;
      rows.forEach((row, i) => {
        const own = together.subarray(i * units, (i + 1) * units);
        near(executable.run(feedsOf(spec, [row])).features, own);
        near(model.run(feedsOf(spec, [row])).features, own);
      });
      expect(together.some((value) => value !== 0)).to.equal(true);
      expect([...together.subarray(0, units)]).not.to.deep.equal([...together.subarray(units, 2 * units)]);
    });

    it(`${kind}: sees the whole window and nothing beside it`, async () => {
      const spec = makeSpec(7);
      const { executable } = await compile(config, spec);
      const before = executable.run(feedsOf(spec, [20])).features.slice();
      const change = (row: number): number => {
        const feeds = feedsOf(spec, [20]);
        feeds.context = feeds.context?.slice() ?? new Float32Array(0);
        for (let k = 0; k < FEATURES; k++) feeds.context[row * FEATURES + k] += 1 + k;
        const after = executable.run(feeds).features;
        return Math.max(...before.map((value, i) => Math.abs(value - after[i])));
      };
      for (const row of [13, 21]) expect(change(row), `row ${row}`).to.equal(0);
      for (const row of [14, 17, 20]) expect(change(row), `row ${row}`).to.be.greaterThan(1e-7);
    });

    it(`${kind}: a loss of it reaches every parameter and falls under Adam`, async () => {
      const spec = makeSpec(7);
      const graph = new Graph();
      const features = buildTrunk(config, observe(graph, spec, 3), { name: 'net/trunk', luck: null });
      const loss = reduceMean(square(features));
      const { update } = minimize(loss, { group: 'net', optimizer: adam(), maxGradNorm: 1 });
      const variables = new Variables();
      variables.initialize(graph, createRng('weights'));
      const trainer = await createOrtEngine().compile({ graph, fetches: { loss }, updates: [update] }, variables);
      const feeds = { ...feedsOf(spec, [6, 20, 39]), learningRate: 3e-3 };
      const first = trainer.run(feeds).loss[0];
      for (let step = 0; step < 30; step++) trainer.run(feeds);
      expect(trainer.run(feeds).loss[0]).to.be.lessThan(0.8 * first);
    });

    if (kind !== 'mlp') {
      it(`${kind}: without a window it is refused by name`, () => {
        const spec: EnvSpec = { ...makeSpec(7), context: null };
        const graph = new Graph();
        const build = () => buildTrunk(config, observe(graph, spec, 3), { name: 'net/trunk', luck: null });
        expect(build).to.throw(new RegExp(`net/trunk: network kind '${kind}' reads a window`));
      });
    }
  }

  it('a regime that is certain is its own trunk; halves are the mean; nothing normalizes what is given', async () => {
    const spec = makeSpec(1);
    const { executable } = await compile(KINDS.pathways, spec);
    const ask = (p: number, q: number): Float32Array => {
      const context = Float32Array.of(0.3, -1, p, q);
      return Float32Array.from(
        executable.run({ context, row: Int32Array.of(0), state: Float32Array.of(1, 2) }).features,
      );
    };
    // Trunks read the posterior too; at these weights each path's dependence is kept by asking the same inputs twice.
    const trunk = networkConfig.parse({ kind: 'mlp', hidden: [8] });
    const alone = async (regime: number, p: number, q: number): Promise<Float32Array> => {
      const graph = new Graph();
      const place = { name: `net/trunk/regime${regime}`, luck: null };
      const features = buildTrunk(trunk, observe(graph, spec, 'batch'), place);
      const variables = new Variables();
      variables.initialize(graph, createRng('weights'));
      const single = await createOrtEngine().compile({ graph, fetches: { features } }, variables);
      const context = Float32Array.of(0.3, -1, p, q);
      return Float32Array.from(single.run({ context, row: Int32Array.of(0), state: Float32Array.of(1, 2) }).features);
    };
    near(ask(1, 0), await alone(0, 1, 0));
    near(ask(0, 1), await alone(1, 0, 1));
    for (const [p, q] of [
      [0.5, 0.5],
      [0.2, 0.3],
    ]) {
      const [a, b] = [await alone(0, p, q), await alone(1, p, q)];
      near(
        ask(p, q),
        a.map((value, i) => p * value + q * b[i]),
      );
    }
  });

  it('dropout leaves the mean, draws the same from a restored stream, and is off without luck', async () => {
    const spec = makeSpec(7);
    const config = networkConfig.parse({ kind: 'mlp', hidden: [64], dropout: 0.4 });
    const graph = new Graph();
    const luck = new Luck(createRng('luck'));
    const dropped = buildTrunk(config, observe(graph, spec, 1), { name: 'net/trunk', luck });
    const plain = buildTrunk(config, observe(graph, spec, 1), { name: 'net/trunk', luck: null });
    const variables = new Variables();
    variables.initialize(graph, createRng('weights'));
    const executable = await createOrtEngine().compile({ graph, fetches: { dropped, plain } }, variables);
    const saved = luck.save();
    const sum = new Float64Array(64);
    const draws: number[][] = [];
    let wanted: number[] = [];
    let zeros = 0;
    for (let draw = 0; draw < 1500; draw++) {
      luck.draw();
      const found = executable.run({ ...feedsOf(spec, [9]), ...luck.feeds });
      if (draw < 3) draws.push([...found.dropped]);
      wanted = [...found.plain];
      found.dropped.forEach((value, i) => (sum[i] += value / 1500));
      for (let i = 0; i < 64; i++) zeros += Number(found.dropped[i] === 0 && found.plain[i] !== 0) / 1500;
    }
    near(sum, wanted, 0.12 * Math.max(...wanted));
    expect(zeros / wanted.filter((value) => value !== 0).length).to.be.closeTo(0.4, 0.02);
    luck.restore(saved);
    for (const expected of draws) {
      luck.draw();
      expect([...executable.run({ ...feedsOf(spec, [9]), ...luck.feeds }).dropped]).to.deep.equal(expected);
    }
    expect(draws[0]).not.to.deep.equal(draws[1]);
  });

  it('what does not fit is refused with the layer, both shapes and the rule', () => {
    const build = (config: object, window = 7) => {
      const graph = new Graph();
      return buildTrunk(networkConfig.parse(config), observe(graph, makeSpec(window), 5), { name: 'net', luck: null });
    };
    const tooLong = { kind: 'conv1d', channels: [8, 16], kernel: 4 };
    expect(() => build(tooLong)).to.throw(
      /net\/conv1: conv1d cannot take \(5, 4, 8\) float32 and \(4, 8, 16\) float32; rule: a kernel of 4 bars at dilation 2 spans 7 bars, and 4 are left/,
    );
    expect(() => build({ kind: 'attention', dModel: 10, numHeads: 4 })).to.throw(
      /net: dModel \(10\) cannot be shared out among numHeads \(4\)/,
    );
    expect(() => build({ kind: 'pathways', posterior: [1, 4] })).to.throw(
      /net: posterior: .*does not have; got 4; rule: columns are 0 to 3/,
    );
    expect(() => networkConfig.parse({ kind: 'lsmt' })).to.throw(
      /a network kind is one of mlp, conv1d, lstm, attention, transformer, pathways/,
    );
  });

  it('every kind has defaults for all but what only the user can know, and says what each field is', () => {
    for (const kind of ['mlp', 'conv1d', 'lstm', 'attention', 'transformer'] as const) {
      expect(networkConfig.parse({ kind }).kind).to.equal(kind);
    }
    for (const option of networkConfig.options) {
      for (const [name, field] of Object.entries(option.shape)) {
        if (name !== 'kind') expect(field.description, `${option.description}: ${name}`).to.be.a('string');
      }
    }
  });

  it('a Transformer of 256, 8 heads and 6 layers over 1,024 bars takes a training step and is served', async function () {
    this.timeout(60_000);
    const spec = makeSpec(1024, 1030, 8);
    const config = networkConfig.parse({
      kind: 'transformer',
      dModel: 256,
      numHeads: 8,
      numLayers: 6,
      feedForward: 1024,
    });
    const graph = new Graph();
    const features = buildTrunk(config, observe(graph, spec, 1), { name: 'net/trunk', luck: null });
    const loss = reduceMean(square(features));
    const { update, gradientNorm } = minimize(loss, { group: 'net', optimizer: adam(), maxGradNorm: 1 });
    const variables = new Variables();
    variables.initialize(graph, createRng('weights'));
    const fetches = { loss, ...(gradientNorm !== null && { gradientNorm }) };
    const trainer = await createOrtEngine().compile({ graph, fetches, updates: [update] }, variables);
    const feeds = { ...feedsOf(spec, [1025]), learningRate: 1e-4 };
    const first = { ...trainer.run(feeds) };
    const [loss0, norm0] = [first.loss[0], first.gradientNorm[0]];
    expect(loss0).to.be.greaterThan(0);
    expect(norm0).to.be.greaterThan(0);
    const { executable } = await compile(config, spec, variables);
    const served = executable.run(feedsOf(spec, [1025])).features;
    const mean = Array.from(served).reduce((sum, value) => sum + value * value, 0) / served.length;
    expect(mean).to.be.lessThan(loss0);
    expect(Number.isFinite(mean)).to.equal(true);
    trainer.dispose();
    executable.dispose();
  });
});
