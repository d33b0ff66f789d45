import { writeParquet } from '../../core/storage/parquet.ts';
import { barTable } from '../../market/data/bars.ts';
import { readBarFile } from '../../market/data/importBars.ts';
import { readSoundTable } from '../../market/data/quality/soundTable.ts';
import { peekKind } from '../../market/data/tables.ts';
import { columnsFrom } from '../columnsFrom.ts';
import { type Command, type CommandResult, optionalString, stringArgument } from '../command.ts';
import { describeBarFile } from '../describeBarFile.ts';

export const command: Command = {
  positionals: { file: { describe: 'bars, quotes, trades or books: CSV, lines of JSON, Parquet', demand: true } },
  options: {
    out: { type: 'string', requiresArg: true, describe: 'Parquet file to write; default: beside the input' },
    column: {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: "the file's name of a column of bars, such as close=Last; may be repeated",
    },
  },
  async run(args) {
    const path = stringArgument(args, 'file');
    const columns = columnsFrom(args);
    const out = optionalString(args, 'out') ?? `${path.replace(/\.(csv|jsonl|ndjson|parquet)(\.gz)?$/i, '')}.parquet`;
    const kind = await peekKind(path, columns);
    // What fits no kind is taken for bars that lack a column, and refused by its name.
    const isBars = kind === 'bars' || kind === 'series';
    const { json, text } = isBars ? await importBars(path, columns, out) : await importTable(path, out);
    return { json: { ...json, out }, text: `${text}\nwritten to ${out}` };
  },
};

async function importBars(path: string, columns: ReturnType<typeof columnsFrom>, out: string): Promise<CommandResult> {
  const file = await readBarFile(path, { columns });
  await writeParquet(out, barTable(file.bars));
  return describeBarFile(path, file);
}

async function importTable(path: string, out: string): Promise<CommandResult> {
  const { kind, columns, numRows, sources } = await readSoundTable(path);
  await writeParquet(out, Object.fromEntries(columns));
  const named = Object.fromEntries(sources.map(({ name, source }) => [name, source]));
  const shown = sources.map(({ name, source }) => `${name}=${source}`).join(', ');
  return {
    json: { file: path, kind, rows: numRows, columns: named },
    text: `${path}: ${kind}, ${numRows.toLocaleString('en-US')} rows\n  columns  ${shown}`,
  };
}
