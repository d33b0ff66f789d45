import { RunSession } from '../../experiments/runSession.ts';
import { checkGround } from '../../experiments/trainAgent.ts';
import { type Command, SET_OPTION, stringArgument } from '../command.ts';
import { configFrom } from '../configFrom.ts';
import { readGround, runJob } from '../job.ts';

export const command: Command = {
  onInterrupt: 'finishStep',
  positionals: { config: { describe: 'experiment config (YAML or JSON)', demand: true } },
  options: { set: SET_OPTION },
  async run(args, context) {
    const config = await configFrom(stringArgument(args, 'config'), args, context);
    const market = await readGround(config, context, () => checkGround(config, context.clock));
    return runJob(RunSession.create(context.runsDir, config, context), 'whole', context, market);
  },
};
