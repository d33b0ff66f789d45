import { rollbackTable } from '../../market/execution/calibrate/publishTable.ts';
import { type Command, stringArgument } from '../command.ts';

export const command: Command = {
  positionals: { date: { describe: 'date of a table in the folder, YYYY-MM-DD', demand: true } },
  options: { out: { type: 'string', default: 'configs/execution', describe: 'folder of the tables' } },
  run(args) {
    const path = rollbackTable(stringArgument(args, 'out'), stringArgument(args, 'date'));
    return Promise.resolve({ json: { path }, text: `${path} is current again` });
  },
};
