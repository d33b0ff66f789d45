import { createRequire } from 'node:module';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { memory } from '@tensorflow/tfjs';
import { createTfjsEngine } from '../../../../agents/nn/tfjs/tfjsEngine.ts';
import { loadTensorFlow } from '../../../../agents/nn/tfjs/loadTensorFlow.ts';
import { Variables } from '../../../../agents/nn/variables.ts';
import { testEngineContract } from '../../../contracts/engineContract.ts';
import { buildActing, createTrainer, STATE } from '../helpers/qNetwork.ts';

/** A folder that holds `@tensorflow/tfjs-node`, to run the same suite on native TensorFlow where somebody has it. */
const nativePath = process.env.REGIMEN_TFJS_NODE;

describe('the TensorFlow.js engine on native TensorFlow', function () {
  if (nativePath === undefined) {
    it('keeps the contract (skipped: REGIMEN_TFJS_NODE names no folder of @tensorflow/tfjs-node)', function () {
      this.skip();
    });
    return;
  }
  const load = async (): Promise<unknown> => createRequire(import.meta.url)(nativePath);
  testEngineContract(() => createTfjsEngine({ provider: 'node', load }));
});

describe('the TensorFlow.js engine', () => {
  const engine = createTfjsEngine({ provider: 'js' });

  testEngineContract(() => engine);

  it('leaks no tensor over a thousand runs, and leaves none behind', async () => {
    const before = memory().numTensors;
    const { step, executable, variables, feeds } = await createTrainer(engine);
    const actor = await engine.compile(buildActing(), variables);
    const act = (): void => {
      const row = Int32Array.of(9, 11);
      actor.run({ context: feeds.context, row, state: new Float32Array(2 * STATE) });
    };
    step();
    act();
    const held = memory().numTensors;
    expect(held).to.be.greaterThan(before);
    for (let i = 0; i < 1000; i++) {
      step();
      act();
      if (i % 100 === 0) variables.blend('online', 'target', 0.5);
    }
    // The target's variables are cut out of its vector again at the next step.
    expect(memory().numTensors).to.equal(held);
    const hash = variables.hash();
    executable.dispose();
    actor.dispose();
    expect(memory().numTensors).to.equal(before);
    expect(variables.hash()).to.equal(hash);
  });

  it('a run that fails leaves neither tensors nor half an update behind', async () => {
    const { step, executable, variables, feeds } = await createTrainer(engine);
    step();
    const [held, hash] = [memory().numTensors, variables.hash()];
    expect(() => executable.run({ ...feeds, row: new Int32Array(8).fill(1000) })).to.throw('row lies outside');
    expect(memory().numTensors).to.equal(held);
    expect(variables.hash()).to.equal(hash);
    step();
    executable.dispose();
  });

  it('where no package is installed, it says which were tried and how to get one', async () => {
    const load = (name: string) => Promise.reject(new Error(`Cannot find package '${name}'\nat some line`));
    const refused = async (provider: 'auto' | 'node-gpu') => {
      const bare = createTfjsEngine({ provider, load });
      return bare.compile(buildActing(), new Variables()).then(String, (error: Error) => error.message);
    };
    expect(await refused('auto')).to.match(/tfjs-node-gpu.*tfjs-node.*npm install @tensorflow\/tfjs,/);
    expect(await refused('node-gpu')).to.match(
      /no TensorFlow\.js for provider 'node-gpu'.*npm install @tensorflow\/tfjs-node-gpu,/,
    );
  });

  it('automatically takes the first package that loads, and refuses a module that is something else', async () => {
    const asked: string[] = [];
    const load = async (name: string): Promise<unknown> => {
      asked.push(name);
      if (name.endsWith('gpu')) return { matMul: 1 };
      const { default: tf } = await import('@tensorflow/tfjs');
      return { default: { ...tf, getBackend: () => 'tensorflow' } };
    };
    const { packageName } = await loadTensorFlow('auto', load);
    expect(packageName).to.equal('@tensorflow/tfjs-node');
    expect(asked).to.deep.equal(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']);
  });
});
