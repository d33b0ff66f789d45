/** `--column close=Last` as a mapping of columns. */

import { checkConfig } from '../core/config.ts';
import { InputError } from '../core/errors.ts';
import { columnNamesConfig } from '../market/data/importBars.ts';
import type { ColumnNames } from '../market/data/csvHeader.ts';
import { definedNames } from '../market/data/importBars.ts';
import { type Arguments, stringList } from './command.ts';

/** @throws InputError for a column that bars do not have */
export function columnsFrom(args: Arguments): ColumnNames {
  const pairs = stringList(args, 'column').map((text) => {
    const equals = text.indexOf('=');
    if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)] as const;
    throw new InputError({ what: 'not a column', where: `--column ${text}`, rule: '--column close=Last' });
  });
  return definedNames(
    checkConfig(columnNamesConfig, Object.fromEntries(pairs), (path) => `--column ${path.join('.')}`),
  );
}
