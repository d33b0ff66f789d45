import { readBarFile } from '../../market/data/importBars.ts';
import { type Command, stringArgument } from '../command.ts';
import { describeBarFile } from '../describeBarFile.ts';

export const command: Command = {
  positionals: { file: { describe: 'CSV or CSV.gz of bars', demand: true } },
  options: {},
  async run(args) {
    const path = stringArgument(args, 'file');
    return describeBarFile(path, await readBarFile(path));
  },
};
