import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Graph } from '../../../../agents/nn/graph.ts';
import { add } from '../../../../agents/nn/ops/arithmetic.ts';
import { createOrtEngine } from '../../../../agents/nn/ort/ortEngine.ts';
import { ORT_PROVIDERS, requireProvider } from '../../../../agents/nn/ort/providers.ts';
import { Variables } from '../../../../agents/nn/variables.ts';
import { InputError } from '../../../../core/errors.ts';
import { createTrainer } from '../helpers/qNetwork.ts';

/** What asking for a provider says; null where it works here. */
function refusalOf(provider: (typeof ORT_PROVIDERS)[number]): unknown {
  try {
    requireProvider(provider);
    return null;
  } catch (error) {
    return error;
  }
}

describe('providers of onnxruntime', () => {
  it('the CPU works everywhere', () => {
    expect(refusalOf('cpu')).to.equal(null);
  });

  for (const provider of ORT_PROVIDERS.filter((name) => name !== 'cpu')) {
    it(`${provider} either trains to what the CPU does, or says why it cannot and what to do`, async () => {
      const engine = createOrtEngine({ provider });
      const refusal = refusalOf(provider);
      if (refusal === null) {
        const [here, there] = [await createTrainer(engine), await createTrainer(createOrtEngine())];
        for (let i = 0; i < 20; i++) expect(here.step()).to.be.closeTo(there.step(), 1e-4);
        return;
      }
      expect(refusal).to.be.instanceOf(InputError);
      expect(String(refusal)).to.match(new RegExp(`'${provider}' does not work on this machine; got "..`));
      expect(String(refusal)).to.include('set provider to cpu');

      const graph = new Graph();
      const program = { graph, fetches: { y: add(graph.input('x', [1]), 1) } };
      const compiled = await engine.compile(program, new Variables()).catch((error: unknown) => error);
      expect(compiled, 'compiling refuses alike').to.equal(refusal);
    });
  }

  it('more threads give the same weights to rounding', async () => {
    const [one, two] = [await createTrainer(createOrtEngine()), await createTrainer(createOrtEngine({ threads: 2 }))];
    for (let i = 0; i < 20; i++) expect(two.step()).to.be.closeTo(one.step(), 1e-5);
  });
});
