/** Each part of the data: what the config asks for, what is used of it, and why the two differ. */

import type { Evaluation } from '../../evaluation/evaluation.ts';
import type { PartUse } from '../../market/data/partUse.ts';
import { SPLIT_PARTS } from '../../market/data/splits.ts';
import { integer, title, UNDEFINED_MARK } from '../format.ts';
import type { Html } from '../html.ts';
import { describeExtent, describeLosses } from '../partsJudged.ts';
import { renderTable } from '../table.ts';

interface Row {
  readonly part: string;
  readonly use: PartUse;
}

const undated = 'undefined: made worlds have no dates';

/** Null for evaluations of older versions. */
export function partsTable({ parts }: Evaluation): Html | null {
  if (parts === undefined) return null;
  return renderTable<Row>({
    caption: 'What was asked for and what was used; the judged bars are those of the test part',
    columns: [
      { head: 'Part', kind: 'words', cell: ({ part }) => title(part) },
      {
        head: 'Asked for, UTC',
        kind: 'words',
        cell: ({ use }) => describeExtent(use.asked) || UNDEFINED_MARK,
        undefinedBecause: undated,
      },
      { head: 'Bars', cell: ({ use }) => integer(use.asked.bars) },
      {
        head: 'Used, UTC',
        kind: 'words',
        cell: ({ use }) => describeExtent(use.used) || UNDEFINED_MARK,
        undefinedBecause: undated,
      },
      { head: 'Bars', cell: ({ use }) => integer(use.used.bars) },
      { head: 'Stretches', cell: ({ use }) => integer(use.used.stretches) },
      { head: 'Left out', kind: 'words', cell: ({ use }) => describeLosses(use.lost) || 'nothing' },
    ],
    rows: SPLIT_PARTS.map((part) => ({ part, use: parts[part] })),
  });
}
