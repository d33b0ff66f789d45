/** Every rule that market data is checked by, gravest first. */

import { bookLevels } from './bookLevels.ts';
import { carriedOpens } from './carriedOpens.ts';
import { closures } from './closures.ts';
import { crossedQuotes } from './crossedQuotes.ts';
import { duplicates } from './duplicates.ts';
import { filledBars } from './filledBars.ts';
import type { Finding, Inspected, QualityRule } from './finding.ts';
import { gaps } from './gaps.ts';
import { highBelowLow } from './highBelowLow.ts';
import { nonPositive } from './nonPositive.ts';
import { offGrid } from './offGrid.ts';
import { outOfOrder } from './outOfOrder.ts';
import { spikes } from './spikes.ts';
import { splitJumps } from './splitJumps.ts';
import { staleRuns } from './staleRuns.ts';
import { unreadable } from './unreadable.ts';
import { wrongFirstBar } from './wrongFirstBar.ts';

export const QUALITY_RULES: readonly QualityRule[] = [
  unreadable,
  outOfOrder,
  duplicates,
  nonPositive,
  highBelowLow,
  crossedQuotes,
  bookLevels,
  wrongFirstBar,
  filledBars,
  gaps,
  offGrid,
  spikes,
  staleRuns,
  splitJumps,
  carriedOpens,
  closures,
];

/** Findings in the order of the rules; none for flawless data. */
export const findFlaws = (data: Inspected): Finding[] =>
  QUALITY_RULES.filter(({ kinds }) => kinds.includes(data.kind))
    .map((rule) => rule.check(data))
    .filter((finding) => finding !== null);
