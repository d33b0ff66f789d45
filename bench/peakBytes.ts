/** The highest memory that this process ever held. */

import { existsSync, readFileSync } from 'node:fs';

/** Linux hands the parent's maximum on to its child under `maxRSS`; the high-water mark begins anew. */
export function peakBytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  return 1024 * (found === null ? process.resourceUsage().maxRSS : Number(found[1]));
}
