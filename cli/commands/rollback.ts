import { Registry } from '../../evaluation/registry.ts';
import { type Command, optionalString } from '../command.ts';
import { registryFolder } from '../job.ts';

export const command: Command = {
  options: { reason: { type: 'string', requiresArg: true, describe: 'why; recorded for good' } },
  async run(args, context) {
    const registry = new Registry(registryFolder(context.runsDir), context.clock);
    const champion = registry.rollback(optionalString(args, 'reason') ?? '');
    const text =
      champion === null ? 'there is no champion now' : `'${champion.agent}' of ${champion.run} is champion again`;
    return { json: { champion }, text };
  },
};
