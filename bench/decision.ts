/** One decision of the quick start's agents as the live runner makes it: a closed bar in, an action out. */

import { readFileSync } from 'node:fs';
import { createAgent } from '../agents/agentKinds.ts';
import { loadPolicy } from '../agents/policy.ts';
import { parseConfig } from '../core/config.ts';
import { InputError } from '../core/errors.ts';
import { digest } from '../core/hash.ts';
import { findPackageFile } from '../core/packageFile.ts';
import { createRng } from '../core/rng.ts';
import { quantileSorted } from '../core/statistics.ts';
import { buildMarket, type Market } from '../experiments/market.ts';
import { runConfig, type RunConfig } from '../experiments/runConfig.ts';
import { tradingSpec } from '../experiments/tradingSpec.ts';
import { barAt } from '../market/data/bar.ts';
import { ContextStream } from '../market/features/contextStream.ts';
import type { BenchResult } from './benchResult.ts';

const CONFIG = 'configs/quickstart.yaml';
/** How much history there is has no part in what a decision takes. */
const SMALL_WORLDS = [
  'market.train={barsPerPath: 400, pathsPerRegime: 1, mixedPaths: 1}',
  'market.validation={barsPerPath: 300, pathsPerRegime: 0, mixedPaths: 1}',
  'market.test={barsPerPath: 3000, pathsPerRegime: 0, mixedPaths: 1}',
];
/** Decisions before the clock starts. */
const WARM_UP = 500;

interface Decisions {
  readonly agent: string;
  /** Sorted. */
  readonly microseconds: Float64Array;
  readonly actions: Int32Array;
}

/** Every agent of the quick start decides on each bar of a held-out path: features, normalization and window, one engine call, the action. */
export async function timeDecisions(): Promise<Decisions[]> {
  const path = findPackageFile(CONFIG);
  if (path === null) throw new InputError({ what: 'file is missing', where: CONFIG });
  const config = parseConfig(
    runConfig,
    { name: CONFIG, text: readFileSync(path, 'utf8') },
    { overrides: SMALL_WORLDS },
  );
  const market = await buildMarket(config, createRng(config.seed));
  const timed: Decisions[] = [];
  for (const agent of config.agents) {
    if (agent.kind === 'ensemble') continue;
    const spec = tradingSpec(config, market.worlds.context);
    const learner = await createAgent({ config: agent, spec, rng: createRng(agent.name), totalSteps: 1 });
    timed.push({ agent: agent.name, ...(await timePolicy(learner.exportPolicy(), { config, market })) });
    learner.dispose();
  }
  return timed;
}

async function timePolicy(
  model: Uint8Array,
  { config, market }: { readonly config: RunConfig; readonly market: Market },
) {
  const { worlds, featureSet, normalizer, paths } = market;
  const stream = new ContextStream({ featureSet, normalizer, window: config.window });
  const spec = tradingSpec(config, stream.context);
  const policy = await loadPolicy({ name: 'timed', model, context: stream.context, spec });
  const [{ from, to }] = paths.test;
  const observed = { row: Int32Array.of(stream.row), state: new Float32Array(spec.stateSize) };
  const action = new Int32Array(1);
  const [actions, microseconds]: [number[], number[]] = [[], []];
  for (let row = from; row < to; row++) {
    const bar = barAt(worlds.bars, row);
    const startMs = performance.now();
    if (stream.push(bar) === 'warming') continue;
    await policy.act(observed, action);
    microseconds.push((performance.now() - startMs) * 1000);
    actions.push(action[0]);
  }
  policy.dispose();
  return { microseconds: Float64Array.from(microseconds.slice(WARM_UP)).sort(), actions: Int32Array.from(actions) };
}

/** Microseconds of one decision by agent; the checksum is of all actions taken. */
export async function runDecisionBench(): Promise<BenchResult> {
  const timed = await timeDecisions();
  const metrics = Object.fromEntries(
    timed.flatMap(({ agent, microseconds }) =>
      [0.5, 0.99].map((share) => [`${agent}.microsecondsP${share * 100}`, quantileSorted(microseconds, share) ?? 0]),
    ),
  );
  return { metrics, ratios: {}, checksum: digest(...timed.map(({ actions }) => actions)).slice(0, 16) };
}
