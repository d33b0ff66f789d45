/** What the findings come to: use the file, use it with named policies, or leave it. */

import type { Finding, Remedy } from './finding.ts';
import { REMEDIES } from './finding.ts';

export type Verdict =
  | { readonly kind: 'sound' }
  /** Mended by these policies, all of them. */
  | { readonly kind: 'usable'; readonly policies: readonly Remedy[] }
  | { readonly kind: 'refuse'; readonly because: string };

/** A file in which more rows than this share offend is not what it says it is. */
const MAX_OFFENDING_SHARE = 0.1;

export function reachDataVerdict(findings: readonly Finding[], numRows: number, unreadableRows: number): Verdict {
  if (numRows === 0) return { kind: 'refuse', because: 'no row could be read' };
  const grave = findings.filter(({ severity }) => severity !== 'note');
  const rows = new Set(grave.flatMap((finding) => [...finding.rows]));
  const share = (rows.size + unreadableRows) / (numRows + unreadableRows);
  if (share > MAX_OFFENDING_SHARE) {
    return { kind: 'refuse', because: `${(100 * share).toFixed(1)} % of the rows offend` };
  }
  const hopeless = grave.find(({ remedies }) => remedies.length === 0);
  if (hopeless !== undefined) return { kind: 'refuse', because: `${hopeless.name}: ${hopeless.meaning}` };
  const needed = new Set(grave.map(({ remedies }) => remedies[0]));
  if (unreadableRows > 0) needed.add('drop');
  if (needed.size === 0) return { kind: 'sound' };
  return { kind: 'usable', policies: REMEDIES.filter((remedy) => needed.has(remedy)) };
}
