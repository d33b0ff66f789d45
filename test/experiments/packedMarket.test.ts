import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { buildMarket } from '../../experiments/market.ts';
import { packMarket, unpackMarket, type PackedMarket } from '../../experiments/packedMarket.ts';
import { runConfig } from '../../experiments/runConfig.ts';

const part = { barsPerPath: 200, pathsPerRegime: 0, mixedPaths: 1 };
const config = runConfig.parse({
  name: 'packed',
  market: { kind: 'synthetic', instrument: 'BTCUSDT', train: part, validation: part, test: part },
  features: [{ kind: 'logReturn' }, { kind: 'regimePosterior', restarts: 1 }],
  agents: [{ name: 'dqn', kind: 'dqn' }],
});

/** Writes one number into each array of the worlds. */
const MARK = `
  const { parentPort, workerData: { worlds } } = require('node:worker_threads');
  for (const array of [...Object.values(worlds.bars), worlds.regime, worlds.session, worlds.context.matrix]) array[0] = 42;
  parentPort.postMessage('done');
`;

const markElsewhere = (packed: PackedMarket) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(MARK, { eval: true, workerData: packed });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

describe('the market of a run on its way to worker threads', () => {
  it('is the one memory that all of them look at', async () => {
    const { worlds, ...rest } = await buildMarket(config, createRng(1));
    await markElsewhere(packMarket({ worlds, ...rest }));
    const { bars, regime, session, context } = worlds;
    const marked = [...Object.values(bars), regime, session, context.matrix].map((array) => array[0]);
    expect(marked).to.deep.equal(new Array(marked.length).fill(42));
    expect(marked.length).to.be.at.least(9);
  });

  it('arrives whole: features look at it as they did before', async () => {
    const market = await buildMarket(config, createRng(1));
    const { featureSet, ...arrived } = unpackMarket(structuredClone(packMarket(market)), config);
    const { featureSet: own, ...sent } = market;
    expect(arrived).to.deep.equal(sent);
    expect(featureSet.hash).to.equal(own.hash);
    expect(featureSet.createStreams()).to.have.length(2);
  });
});
