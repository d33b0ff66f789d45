import { ManualClock } from '../../core/clock.ts';
import { createRng } from '../../core/rng.ts';
import { PaperBroker } from '../../live/paperBroker.ts';
import { replayFeed } from '../../live/feed.ts';
import { NO_RULES } from '../../live/rules.ts';
import type { LiveOptions } from '../../live/runner.ts';
import { ContextStream } from '../../market/features/contextStream.ts';
import { drawnExecution } from '../helpers/constantExecution.ts';
import { liveWorlds, windowRule } from './liveWorlds.ts';

/** A live run over the second path of a small world, on paper, without rules, switch, journal or alerts. */
export function liveRun(seed: number, overrides: Partial<LiveOptions> = {}, barsPerPath = 400): LiveOptions {
  const { worlds, featureSet, normalizer } = liveWorlds(seed, barsPerPath);
  const [, path] = worlds.paths;
  const stream = new ContextStream({ featureSet, normalizer, window: worlds.context.window });
  return {
    name: path.name,
    feed: replayFeed(worlds.bars, path.from, path.to),
    timeframeMs: worlds.timeframeMs,
    stream,
    policy: windowRule(stream.context),
    targetWeights: [-1, 0, 1],
    broker: new PaperBroker({
      timeframeMs: worlds.timeframeMs,
      execution: drawnExecution(),
      costMode: 'sample',
      startEquity: 10_000,
      rng: createRng(seed).fork('judge'),
      streamName: path.name,
    }),
    rules: NO_RULES,
    killSwitch: null,
    onTrip: 'hold',
    journal: null,
    identity: 'test',
    alerts: null,
    drift: null,
    retry: null,
    clock: new ManualClock(worlds.bars.openTimeMs[path.from]),
    signal: new AbortController().signal,
    ...overrides,
  };
}
