/** A program that lives a small world with a journal, slowly enough to be killed in the middle: by a rule, or by a recurrent policy. */

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Journal } from '../../live/journal.ts';
import { runLive } from '../../live/runner.ts';
import type { Feed } from '../../live/feed.ts';
import { liveRun } from './liveRun.ts';
import { loadRecurrent } from './recurrentPolicy.ts';

const [, , path, seed, model, bars] = process.argv;
const options = liveRun(Number(seed), {}, bars === undefined ? undefined : Number(bars));
const policy =
  model === undefined
    ? options.policy
    : await loadRecurrent(new Uint8Array(readFileSync(model)), options.stream.context);

async function* slow(feed: Feed): Feed & AsyncGenerator {
  for await (const bar of feed) {
    await sleep(2);
    yield bar;
  }
}

await runLive({ ...options, policy, feed: slow(options.feed), journal: new Journal(path, 'buffered') });
