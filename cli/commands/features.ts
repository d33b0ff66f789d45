import { InputError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import { command as stats } from './featuresStats.ts';

export const command: Command = {
  options: { stats: { type: 'boolean', default: false, describe: "the same as 'features stats'" } },
  async run(args, context) {
    if (args['stats'] === true) return stats.run(args, context);
    const rule = 'features show <config>, features probe <config>, features build <config>, or features stats';
    throw new InputError({ what: 'name one', where: 'command line', rule, hint: 'see regimen features --help' });
  },
};
