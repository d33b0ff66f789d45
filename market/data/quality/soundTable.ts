/** Quotes, trades, books and other tables that are sound, or refused with everything that is not. */

import { InputError, type InputProblem } from '../../../core/errors.ts';
import { readTable, type DataTable } from '../tables.ts';
import { inspect } from './inspect.ts';
import { findFlaws } from './qualityRules.ts';

/** @throws InputError naming each kind of error with its count and first place */
export async function readSoundTable(path: string): Promise<DataTable> {
  const table = await readTable(path);
  const problems: InputProblem[] = table.problems.slice(0, 1).map(({ what, line, column, text }) => ({
    what,
    where: `${path}:${line}${column === null ? '' : ` column '${column}'`}`,
    value: text,
  }));
  for (const { name, severity, count, meaning, examples } of findFlaws(inspect(table))) {
    if (severity !== 'error' || (name === 'unreadable' && problems.length > 0)) continue;
    const [{ line, value }] = examples;
    problems.push({ what: `${name}: ${count} rows`, where: `${path}:${line}`, rule: `not so: ${meaning}`, value });
  }
  const [first, ...rest] = problems;
  if (first !== undefined) throw new InputError(first, ...rest);
  if (table.numRows > 0) return table;
  throw new InputError({ what: 'no rows', where: path, rule: 'at least one row' });
}
