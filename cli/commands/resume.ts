import { RunSession } from '../../experiments/runSession.ts';
import { type Command, stringArgument } from '../command.ts';
import { runJob } from '../job.ts';

export const command: Command = {
  onInterrupt: 'finishStep',
  positionals: { run: { describe: 'run folder', demand: true } },
  options: {},
  run: (args, context) => runJob(RunSession.open(stringArgument(args, 'run'), context), 'whole', context),
};
