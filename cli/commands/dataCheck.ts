import { checkFile } from '../../market/data/quality/checkFile.ts';
import { type Command, stringArgument } from '../command.ts';
import { describeQuality } from '../describeQuality.ts';

export const command: Command = {
  positionals: { file: { describe: 'bars, quotes, trades or books: CSV, lines of JSON, Parquet', demand: true } },
  options: {},
  async run(args) {
    const path = stringArgument(args, 'file');
    return describeQuality(path, await checkFile(path));
  },
};
