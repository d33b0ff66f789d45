/** The rows of a text file: CSV, or lines of JSON where its name says so. */

import { readCsvRows } from './csvRows.ts';
import { readJsonRows } from './jsonRows.ts';
import type { MakeSink, RowSink } from './rowSink.ts';

export const isJsonLines = (path: string): boolean => /\.(jsonl|ndjson)(\.gz)?$/i.test(path);

/** Feeds the file to the sink. @throws InputError for unreadable and empty files and what the sink refuses */
export const readTextRows = <S extends RowSink>(file: string, makeSink: MakeSink<S>): Promise<S> =>
  isJsonLines(file) ? readJsonRows(file, makeSink) : readCsvRows(file, makeSink);
