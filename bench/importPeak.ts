/** Run as a process of its own: the memory that importing one file takes at its peak, over what the process had before. */

import { numBars } from '../market/data/bars.ts';
import { importBars } from '../market/data/importBars.ts';
import { barsBytes } from './barsBytes.ts';
import { peakBytes } from './peakBytes.ts';

const path = process.argv[2];
const beforeBytes = process.memoryUsage().rss;
const bars = await importBars(path);
const overBefore = peakBytes() - beforeBytes;
process.stdout.write(JSON.stringify({ peakBytes: overBefore, dataBytes: barsBytes(bars), bars: numBars(bars) }));
