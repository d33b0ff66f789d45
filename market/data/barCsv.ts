/** A CSV file as bars, refused at its first unsound row. */

import { BarRowParser } from './barRowParser.ts';
import type { ColumnNames } from './csvHeader.ts';
import { readCsvRows } from './csvRows.ts';

/** @throws InputError with file, line, column, rule and value */
export const parseBarCsv = (file: string, columns: ColumnNames): Promise<BarRowParser> =>
  readCsvRows(file, ({ header, delimiter }) => new BarRowParser({ file, header, columns, delimiter }));
