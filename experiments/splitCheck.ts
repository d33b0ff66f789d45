/** Whether prices jump as by a share split that no policy explains: what is earned over one is earned by nobody. */

import { InputError, type InputProblem } from '../core/errors.ts';
import { DAY_MS } from '../core/units.ts';
import { isoTimeMs } from '../market/data/isoTime.ts';
import type { SplitJump } from '../market/data/quality/splitScan.ts';
import type { RepairPolicy } from '../market/data/repairConfig.ts';
import type { SplitConfig } from '../market/data/splits.ts';

export interface SplitCheckInput {
  /** Those that are left after repair. */
  readonly jumps: readonly SplitJump[];
  readonly policies: readonly RepairPolicy[];
  readonly timeframeMs: number;
  readonly split: SplitConfig;
  /** Name of the file. */
  readonly file: string;
  /** Field of the config whose policies mend the file: `market.repair`. */
  readonly field: string;
  /** What else to do where the field cannot mend it. */
  readonly hint?: string;
}

const MAX_SHOWN = 9;

/**
 * Jumps of the bars that the run learns of or judges.
 *
 * @returns what was kept as it is because the config says so, one sentence each
 * @throws InputError for the rest, with the lines to paste
 */
export function checkSplits(input: SplitCheckInput): string[] {
  const { jumps, policies, split, file, field, timeframeMs } = input;
  const wanted = policies.flatMap((policy) => (policy.kind === 'keepJumps' ? policy.at : []));
  const isMeant = (at: string, { timeMs }: SplitJump) => timeMs === isoTimeMs(at) || dayOf(timeMs) === at;
  const idle = wanted.find((at) => !jumps.some((jump) => isMeant(at, jump)));
  if (idle !== undefined) {
    const rule = 'a day at which the prices of the file, as mended, jump as by a split';
    throw new InputError({ what: 'no jump to keep', where: `${field}: ${file}`, rule, value: idle });
  }
  const [fromMs, toMs] = [isoTimeMs(split.train.from), isoTimeMs(split.test.to)];
  const isUsed = ({ timeMs }: SplitJump) => timeMs >= fromMs && timeMs < toMs;
  const left = jumps.filter((jump) => isUsed(jump) && !wanted.some((at) => isMeant(at, jump)));
  if (left.length > 0) refuse(left, input);
  return jumps
    .filter((jump) => wanted.some((at) => isMeant(at, jump)))
    .map((jump) => `keepJumps: ${nameOf(jump, timeframeMs)} is kept as a move of the market (${describe(jump)})`);
}

function refuse(jumps: readonly SplitJump[], { file, field, timeframeMs, hint }: SplitCheckInput): never {
  const problems = jumps.slice(0, MAX_SHOWN).map((jump): InputProblem => ({
    what: `prices jump as by a share split of ${jump.newShares}:${jump.oldShares}`,
    where: `${file}, ${nameOf(jump, timeframeMs)}`,
    value: `${jump.closeBefore} to ${jump.open}`,
  }));
  const names = jumps.map((jump) => nameOf(jump, timeframeMs));
  const splits = jumps.map((jump, i) => `{ from: ${names[i]}, ratio: '${jump.newShares}:${jump.oldShares}' }`);
  const mend = [
    `where the announcements confirm them: ${field}: [{ kind: adjustSplits, splits: [${splits.join(', ')}] }]`,
    `with a file of factors: ${field}: [{ kind: adjust, factors: FILE }]`,
  ];
  const keep = `where they are moves of the market: ${field}: [{ kind: keepJumps, at: [${names.join(', ')}] }], which the report tells`;
  const summary: InputProblem = {
    what: `${jumps.length === 1 ? 'a jump' : `${jumps.length} jumps`} that would be taken for gains and losses`,
    where: `${field}: ${file}`,
    rule: 'prices on one scale: nobody earns or loses by a split',
    hint: [...(hint === undefined ? mend : [hint]), keep].join('; '),
  };
  throw new InputError(summary, ...problems);
}

/** As a config names it: the day of a daily bar, else the time. */
const nameOf = ({ timeMs }: SplitJump, timeframeMs: number): string =>
  timeframeMs >= DAY_MS ? dayOf(timeMs) : new Date(timeMs).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');

const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);
const describe = ({ closeBefore, open, newShares, oldShares }: SplitJump): string =>
  `${closeBefore} to ${open}, near ${newShares}:${oldShares}`;
