import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createEngine, engineConfig, listEngines } from '../../../agents/nn/engineConfig.ts';
import { probeEngine } from '../../../agents/nn/probeEngine.ts';

describe('the choice of an engine', () => {
  it('is onnxruntime on one thread of the CPU unless said otherwise', () => {
    expect(engineConfig.parse({ kind: 'ort' })).to.deep.equal({ kind: 'ort', threads: 1, provider: 'cpu' });
    expect(engineConfig.parse({ kind: 'tfjs' })).to.deep.equal({ kind: 'tfjs', provider: 'auto' });
  });

  it('refuses engines, providers and settings that there are not', () => {
    const refused = (config: unknown) => engineConfig.safeParse(config).error?.message ?? 'accepted';
    expect(refused({ kind: 'torch' })).to.include('an engine kind is one of ort, tfjs');
    expect(refused({ kind: 'ort', provider: 'gpu' })).to.include('webgpu');
    expect(refused({ kind: 'tfjs', threads: 2 })).to.include('threads');
    expect(refused({ kind: 'ort', threads: 0 })).to.include('>0');
    for (const kind of ['ort', 'tfjs']) {
      expect(refused({ kind, precision: 'mixed' }))
        .to.include('cuda')
        .and.to.include('CPU');
      expect(refused({ kind, precision: 'half' })).to.include('float32');
      expect(refused({ kind, precision: 'float32' })).to.equal('accepted');
    }
  });

  it('lists each engine with each provider once, and each of them is a config', () => {
    const listed = listEngines();
    expect(new Set(listed.map(({ name }) => name)).size).to.equal(listed.length);
    for (const { config } of listed) expect(engineConfig.parse(config)).to.deep.equal(config);
  });

  it('the probe trains a step of the same network on both engines', async () => {
    const [ort, tfjs] = await Promise.all(
      [engineConfig.parse({ kind: 'ort' }), engineConfig.parse({ kind: 'tfjs', provider: 'js' })].map((config) =>
        probeEngine(createEngine(config)),
      ),
    );
    expect(ort.loss).to.be.greaterThan(0);
    expect(tfjs.loss).to.be.closeTo(ort.loss, 1e-6);
  });
});
