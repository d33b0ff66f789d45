import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runTransformerBench } from '../../bench/transformer.ts';

const tiny = { kind: 'transformer', dModel: 8, numHeads: 2, numLayers: 1, feedForward: 8, hidden: [8] };
const run = (network: Readonly<Record<string, unknown>>) => runTransformerBench({ decisions: 2, steps: 2, network });

describe('the Transformer bench', () => {
  it('does the same work each time, and says when the work is another', async () => {
    const [first, second, wider] = [await run(tiny), await run(tiny), await run({ ...tiny, feedForward: 16 })];
    expect(second.checksum).to.equal(first.checksum);
    expect(wider.checksum).to.not.equal(first.checksum);
    expect(wider.metrics.parameters).to.be.above(first.metrics.parameters);
    expect(first.metrics.decisionMs).to.be.above(0);
    expect(first.metrics.trainingStepMs).to.be.above(0);
  });
});
