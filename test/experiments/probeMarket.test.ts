import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import type { Context } from '../../core/spec.ts';
import { HOUR_MS } from '../../core/units.ts';
import { buildMarket, type Market } from '../../experiments/market.ts';
import { makeProbeStages, probeMarket, type ProbeStage } from '../../experiments/probeMarket.ts';
import { fittedStage, observationStage, ruleStage } from '../../experiments/probeStages.ts';
import { runConfig, type RunConfig } from '../../experiments/runConfig.ts';
import { makeExecution } from '../../experiments/trainAgent.ts';
import { numBars, sliceBars, type Bars } from '../../market/data/bars.ts';
import { readBarFile } from '../../market/data/importBars.ts';
import { buildContext } from '../../market/features/buildContext.ts';
import { contextStage, featureStage } from '../../market/features/causalStages.ts';
import type { FeatureStream } from '../../market/features/feature.ts';
import type { FeatureSet } from '../../market/features/featureSet.ts';
import { probeLeakage, type CausalStage } from '../../market/features/leakageProbe.ts';
import { regimePosteriorConfig } from '../../market/features/regimePosterior.ts';
import { regimeRuleConfig } from '../../market/regimes/regimeRuleConfig.ts';
import { refusal } from '../helpers/refusal.ts';

const part = { barsPerPath: 700, pathsPerRegime: 0, mixedPaths: 1 };
const config = runConfig.parse({
  name: 'probe',
  market: { kind: 'synthetic', instrument: 'BTCUSDT', train: part, validation: part, test: part },
  features: [
    { kind: 'logReturn' },
    { kind: 'rsi', period: 5 },
    { kind: 'timeframe', minutes: 240, feature: { kind: 'logReturn' } },
    { kind: 'regimePosterior', restarts: 1 },
  ],
  window: 3,
  agents: [{ name: 'dqn', kind: 'dqn' }],
});
const STAGES = ['features', 'resampler', 'normalizer', 'regimePosterior', 'regimeRule', 'observation'];
const REAL_BARS = fileURLToPath(new URL('../../../shared/data/bars/btcusdt-1h-binance-spot.csv.gz', import.meta.url));

const build = (own: RunConfig = config) => buildMarket(own, createRng(own.seed));

/** A feature set whose second column is what the next bar of the chunk closes at. */
function peeking(featureSet: FeatureSet): FeatureSet {
  const stream: FeatureStream = {
    advance({ length, close }, out, offset, stride) {
      for (let row = 0; row < length; row++) out[offset + row * stride] = close[Math.min(length - 1, row + 1)];
    },
  };
  return {
    ...featureSet,
    createStreams: () =>
      featureSet.createStreams().map((own) => (own.firstColumn === 1 ? { stream, firstColumn: 1 } : own)),
  };
}

/** The close of each four hours at all of their bars: what joining by open time does. */
const joinedByOpen: CausalStage = {
  columns: ['240m:close'],
  compute: ({ openTimeMs, close }) => {
    const frameOf = (row: number) => Math.floor(openTimeMs[row] / (4 * HOUR_MS));
    return Float64Array.from(close, (_, row) => {
      let last = row;
      while (last + 1 < close.length && frameOf(last + 1) === frameOf(row)) last++;
      return close[last];
    });
  },
};

/** The market with its observations one bar too early. */
function shifted({ featureSet, normalizer, worlds }: Market): { makeContext: (bars: Bars) => Context } {
  const { window } = worlds.context;
  return {
    makeContext: (bars) => {
      const paths = [{ from: 0, to: numBars(bars) }];
      const context = buildContext({ bars, paths, featureSet, normalizer, window });
      context.matrix.copyWithin(0, context.features);
      return context;
    },
  };
}

describe('the leakage probe of a run', () => {
  it('finds nothing in any stage, and says what it probed', async () => {
    const stages = probeMarket({ config, market: await build(), cuts: 3 });
    expect(stages.map(({ stage }) => stage)).to.deep.equal(STAGES);
    for (const { stage, leaks, bars, columns } of stages) {
      expect(leaks, stage).to.deep.equal([]);
      expect(bars).to.equal(700);
      expect(columns).to.be.greaterThan(0);
    }
    expect(stages.find(({ stage }) => stage === 'resampler')?.laterStart).to.equal('probed');
  });

  it('catches a leak that is planted in each stage, by column and bar', async () => {
    const market = await build();
    const bars = sliceBars(market.worlds.bars, 0, 700);
    const stages = makeProbeStages(config, market, 700);
    const all = { from: 0, to: 700 };
    const posterior = regimePosteriorConfig.parse({ kind: 'regimePosterior', restarts: 1 });
    const { featureSet, worlds } = market;
    const planted: Record<string, CausalStage> = {
      features: featureStage(peeking(featureSet)),
      resampler: joinedByOpen,
      normalizer: contextStage(featureSet, config.normalizer, all),
      regimePosterior: fittedStage([posterior], all, createRng(1)),
      regimeRule: ruleStage(regimeRuleConfig.parse({}), all),
      observation: observationStage({
        ...shifted(market),
        config,
        execution: makeExecution(config, market),
        instrument: worlds.instrument,
        timeframeMs: worlds.timeframeMs,
        columns: featureSet.columns.map(({ name }) => name),
        warmupBars: worlds.warmupBars,
        rng: createRng(1),
      }),
    };
    expect(Object.keys(planted)).to.deep.equal(STAGES);
    const probe = (name: string, { firstCutRow }: ProbeStage) =>
      probeLeakage({ stage: planted[name], bars, rng: createRng(name), cuts: 6, firstCutRow });
    const columns = { features: 'rsi5', resampler: '240m:close', normalizer: 'logReturn1', observation: 'logReturn1' };
    for (const [name, stage] of Object.entries(stages)) {
      const leaks = probe(name, stage);
      expect(leaks.length, name).to.be.greaterThan(0);
      for (const { row, cutRow } of leaks) expect(row).to.be.at.most(cutRow);
      if (name in columns) expect(leaks[0].column).to.equal(columns[name as keyof typeof columns]);
    }
    const [leak] = probe('observation', stages['observation']);
    expect(leak.row).to.equal(leak.cutRow);
  });

  it('an observation holds what the env shows: window, account and reward', async () => {
    const market = await build();
    const { stage } = makeProbeStages(config, market, 700)['observation'];
    const bars = sliceBars(market.worlds.bars, 0, 700);
    const width = stage.columns.length;
    const values = stage.compute(bars);
    expect(stage.columns).to.include.members(['rsi5', 'window:rsi5', 'positionWeight', 'reward']);
    const { matrix, features } = market.worlds.context;
    for (const row of [market.worlds.warmupBars, 300, 699]) {
      for (let column = 0; column < features; column++) {
        expect(values[row * width + column]).to.equal(matrix[row * features + column]);
      }
    }
    const rewards = Array.from({ length: 500 }, (_, i) => values[(150 + i) * width + width - 1]);
    expect(new Set(rewards).size).to.be.greaterThan(250);
  });

  it('takes other bars than the config’s own, and refuses too few', async function () {
    const market = await build();
    const few = sliceBars(market.worlds.bars, 0, 60);
    expect(await refusal(() => probeMarket({ config, market, bars: few, cuts: 2 }))).to.contain(
      'too few bars to probe',
    );
    if (!existsSync(REAL_BARS)) return this.skip();
    const { bars } = await readBarFile(REAL_BARS);
    for (const { stage, leaks } of probeMarket({ config, market, bars, cuts: 2 })) {
      expect(leaks, stage).to.deep.equal([]);
    }
  });
});
