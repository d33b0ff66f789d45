/** Run as a process of its own: the memory that importing one file takes at its peak, over what the process had before. */

import { existsSync, readFileSync } from 'node:fs';
import { numBars } from '../market/data/bars.ts';
import { importBars } from '../market/data/importBars.ts';
import { barsBytes } from './barsBytes.ts';

const path = process.argv[2];
const beforeBytes = process.memoryUsage().rss;
const bars = await importBars(path);
const peakBytes = highestKilobytes() * 1024 - beforeBytes;
process.stdout.write(JSON.stringify({ peakBytes, dataBytes: barsBytes(bars), bars: numBars(bars) }));

/** Linux hands the parent's maximum on to its child under `maxRSS`; the high-water mark begins anew. */
function highestKilobytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  return found === null ? process.resourceUsage().maxRSS : Number(found[1]);
}
