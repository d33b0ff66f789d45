import { writeParquet } from '../../core/storage/parquet.ts';
import { readBarFile } from '../../market/data/importBars.ts';
import { type Command, optionalString, stringArgument } from '../command.ts';
import { describeBarFile } from '../describeBarFile.ts';

export const command: Command = {
  positionals: { file: { describe: 'CSV or CSV.gz of bars', demand: true } },
  options: { out: { type: 'string', requiresArg: true, describe: 'Parquet file to write; default: beside the input' } },
  async run(args) {
    const path = stringArgument(args, 'file');
    const file = await readBarFile(path);
    const out = optionalString(args, 'out') ?? `${path.replace(/\.csv(\.gz)?$/i, '')}.parquet`;
    await writeParquet(out, { ...file.bars });
    const { json, text } = describeBarFile(path, file);
    return { json: { ...json, out }, text: `${text}\nwritten to ${out}` };
  },
};
