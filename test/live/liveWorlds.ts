import type { Policy } from '../../agents/agent.ts';
import { createRng } from '../../core/rng.ts';
import type { Context } from '../../core/spec.ts';
import { durationMs, HOUR_MS } from '../../core/units.ts';
import { STATE_SIZE } from '../../envs/accountState.ts';
import { concatBars, numBars } from '../../market/data/bars.ts';
import { generatePath } from '../../market/data/synthetic.ts';
import { syntheticConfig } from '../../market/data/syntheticConfig.ts';
import { buildContext, observableFrom } from '../../market/features/buildContext.ts';
import { makeFeatureSet, type FeatureSet } from '../../market/features/featureSet.ts';
import { fitNormalizer } from '../../market/features/fitNormalizer.ts';
import { normalizerConfig, type Normalizer } from '../../market/features/normalizer.ts';
import { sessionAt } from '../../market/sessions.ts';
import type { Path, Worlds } from '../../market/worlds.ts';

const WINDOW = 6;

/** Two synthetic paths, one after the other, with real features; the normalizer knows the first path only. */
export function liveWorlds(
  seed: number,
  barsPerPath = 400,
): { worlds: Worlds; featureSet: FeatureSet; normalizer: Normalizer } {
  const config = syntheticConfig.parse({});
  const drawn = ['train', 'held'].map((name) =>
    generatePath(config, createRng(seed), { name, bars: barsPerPath, regime: null }),
  );
  const bars = concatBars(drawn.map((path) => path.bars));
  const paths: Path[] = ['train', 'held'].map((name, i) => ({
    name,
    from: i * barsPerPath,
    to: (i + 1) * barsPerPath,
    regime: null,
  }));
  const featureSet = makeFeatureSet([
    { kind: 'logReturn', lag: 1 },
    { kind: 'emaDistance', period: 12 },
    { kind: 'rsi', period: 14 },
    { kind: 'session' },
  ]);
  const normalizer = fitNormalizer({
    config: normalizerConfig.parse({}),
    featureSet,
    bars,
    paths: [paths[0]],
    ranges: [paths[0]],
  });
  return {
    featureSet,
    normalizer,
    worlds: {
      instrument: 'BTCUSDT',
      timeframeMs: durationMs(HOUR_MS),
      bars,
      regime: new Uint8Array(numBars(bars)),
      session: Uint8Array.from(bars.openTimeMs, sessionAt),
      paths,
      context: buildContext({ bars, paths, featureSet, normalizer, window: WINDOW }),
      warmupBars: observableFrom(featureSet, WINDOW),
    },
  };
}

/**
 * A rule that looks at the whole window and at the account: any difference in either soon changes what it does.
 *
 * Actions are short, flat, long.
 */
export const windowRule = (context: Context): Policy => ({
  name: 'windowRule',
  act({ row, state }, actions) {
    for (let env = 0; env < row.length; env++) {
      let signal = 0;
      for (let back = 0; back < context.window; back++) {
        const at = (row[env] - back) * context.features;
        signal += context.matrix[at] - 0.4 * context.matrix[at + 1] + 0.01 * context.matrix[at + 2];
      }
      const [weight, gain, drawdown, , cost] = state.subarray(env * STATE_SIZE);
      signal += 0.8 * weight + gain + drawdown + 100 * cost;
      actions[env] = signal > 0.5 ? 2 : signal < -0.5 ? 0 : 1;
    }
  },
});
