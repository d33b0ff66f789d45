import { expect } from 'chai';
import { describe, it } from 'mocha';
import { systemClock } from '../../core/clock.ts';
import { createRng } from '../../core/rng.ts';
import { timeMs } from '../../core/units.ts';
import { buildMarket } from '../../experiments/market.ts';
import { runConfig } from '../../experiments/runConfig.ts';

const part = { barsPerPath: 200, pathsPerRegime: 0, mixedPaths: 1 };
const config = runConfig.parse({
  name: 'timed',
  market: { kind: 'synthetic', instrument: 'BTCUSDT', train: part, validation: part, test: part },
  features: [{ kind: 'logReturn' }],
  agents: [{ name: 'dqn', kind: 'dqn' }],
});

describe('the time that features take', () => {
  it('is told by the clock at hand, and by none where there is none; nothing else changes', async () => {
    let ms = 0;
    const ticking = { nowMs: () => timeMs(0), elapsedMs: () => (ms += 7) };
    const timed = await buildMarket(config, createRng(1), undefined, ticking);
    const untimed = await buildMarket(config, createRng(1));
    expect([timed.featuresMs, untimed.featuresMs]).to.deep.equal([7, null]);
    expect(timed.worlds).to.deep.equal(untimed.worlds);
    const real = await buildMarket(config, createRng(1), undefined, systemClock);
    expect(real.featuresMs).to.be.greaterThan(0);
  });
});
