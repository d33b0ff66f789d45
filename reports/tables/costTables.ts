/** The cells of a cost table, its recordings, their held-out coverage, and what moved since the last one. */

import type { CellDrift } from '../../market/execution/calibrate/drift.ts';
import type { Coverage, RecordingCoverage } from '../../market/execution/calibrate/heldOutCoverage.ts';
import type { ExecutionTable, InstrumentEntry } from '../../market/execution/table.ts';
import { SESSIONS } from '../../market/sessions.ts';
import { duration, integer, percent, significant, title } from '../format.ts';
import { html, type Html } from '../html.ts';
import { sessionLabel } from '../sessionLabel.ts';
import { renderTable } from '../table.ts';

const LEVEL_WORDS = { session: 'this session', pair: 'pair, all sessions', assetClass: 'asset class' } as const;

/** Half-spreads of one instrument, a row for each session. */
export const spreadTable = (instrument: string, entry: InstrumentEntry): Html =>
  renderTable({
    caption: `${instrument} at ${entry.venue}: half-spread, basis points of mid, weighted by time`,
    columns: [
      { head: 'Session', kind: 'words', cell: ({ session }) => sessionLabel(session) },
      { head: 'Samples', cell: ({ cell }) => integer(cell.count) },
      { head: 'Time covered', cell: ({ cell }) => duration(cell.seconds) },
      { head: 'Mean', cell: ({ cell }) => significant(cell.mean) },
      { head: 'p50', cell: ({ cell }) => significant(cell.p50) },
      { head: 'p90', cell: ({ cell }) => significant(cell.p90) },
      { head: 'p99', cell: ({ cell }) => significant(cell.p99) },
      { head: 'Numbers of', kind: 'words', cell: ({ cell }) => LEVEL_WORDS[cell.level] },
    ],
    rows: SESSIONS.map((session) => ({ session, cell: entry.sessions[session].halfSpreadBps })),
    rowClass: ({ cell }) => (cell.level === 'session' ? '' : 'benchmark'),
  });

export function sourceTable(table: ExecutionTable): Html {
  const rows = Object.entries(table.instruments).flatMap(([instrument, { sources }]) =>
    sources.map((source) => ({ instrument, source })),
  );
  return renderTable({
    caption: 'Recordings, with what was dropped from them',
    columns: [
      { head: 'Instrument', kind: 'words', cell: ({ instrument }) => instrument },
      { head: 'Recording', kind: 'words', cell: ({ source }) => source.name },
      { head: 'Kind', kind: 'words', cell: ({ source }) => title(source.kind) },
      { head: 'From', kind: 'words', cell: ({ source }) => source.from.slice(0, 16).replace('T', ' ') },
      { head: 'To', kind: 'words', cell: ({ source }) => source.to.slice(0, 16).replace('T', ' ') },
      { head: 'Rows', cell: ({ source }) => integer(source.count) },
      { head: 'Duplicates', cell: ({ source }) => integer(source.droppedDuplicates) },
      { head: 'Crossed', cell: ({ source }) => integer(source.droppedCrossed) },
      { head: 'SHA-256', kind: 'words', cell: ({ source }) => html`<code>${source.sha256.slice(0, 12)}</code>` },
    ],
    rows,
  });
}

const SPLIT_WORDS = { alternatingBlocks: 'every other block', firstHalf: 'first half, then second' } as const;

export function coverageTable(coverage: readonly RecordingCoverage[]): Html {
  const rows = coverage.flatMap((recording) =>
    (['alternatingBlocks', 'firstHalf'] as const).map((split) => ({ recording, split, found: recording[split] })),
  );
  const share = (value: number | null) => percent(value);
  const undefinedBecause = 'too few quotes in one of the parts, or a spread that is always one tick wide';
  type Row = { readonly found: Coverage };
  return renderTable({
    caption: 'Share of held-out time whose half-spread is at most the p90 of the measured part: 90% is right',
    columns: [
      { head: 'Instrument', kind: 'words', cell: ({ recording }) => recording.instrument },
      { head: 'Recording', kind: 'words', cell: ({ recording }) => recording.recording },
      { head: 'Parts', kind: 'words', cell: ({ split }) => SPLIT_WORDS[split] },
      { head: 'All', cell: ({ found }) => share(found.overall), undefinedBecause },
      ...SESSIONS.map((session) => ({
        head: sessionLabel(session),
        cell: ({ found }: Row) => share(found.sessions[session]),
        undefinedBecause,
      })),
    ],
    rows,
  });
}

export const driftTable = (drift: readonly CellDrift[], numShown: number): Html =>
  renderTable({
    caption: 'Cells that moved farthest since the last table',
    columns: [
      { head: 'Cell', kind: 'words', cell: ({ cell }) => cell },
      { head: 'Before', cell: ({ before }) => significant(before) },
      { head: 'Now', cell: ({ after }) => significant(after) },
      { head: 'Factor', cell: ({ factor }) => significant(factor, 3) },
    ],
    rows: drift.slice(0, numShown),
  });
