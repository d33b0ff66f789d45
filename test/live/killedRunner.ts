/** A program that lives a small world with a journal, slowly enough to be killed in the middle. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Journal } from '../../live/journal.ts';
import { runLive } from '../../live/runner.ts';
import type { Feed } from '../../live/feed.ts';
import { liveRun } from './liveRun.ts';

const [, , path, seed] = process.argv;
const options = liveRun(Number(seed));

async function* slow(feed: Feed): Feed & AsyncGenerator {
  for await (const bar of feed) {
    await sleep(2);
    yield bar;
  }
}

await runLive({ ...options, feed: slow(options.feed), journal: new Journal(path, 'buffered') });
