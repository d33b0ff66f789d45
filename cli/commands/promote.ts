import { RunFolder } from '../../core/storage/runFolder.ts';
import { Registry } from '../../evaluation/registry.ts';
import { chooseAgent, readEvaluation } from '../../experiments/readEvaluation.ts';
import { type Command, optionalString, stringArgument } from '../command.ts';
import { registryFolder } from '../job.ts';

export const command: Command = {
  positionals: { run: { describe: 'run folder that was judged', demand: true } },
  options: {
    agent: { type: 'string', describe: 'agent of the run; needed where it has several' },
    force: {
      type: 'string',
      requiresArg: true,
      describe: 'promote against the gates, for this reason; recorded for good',
    },
  },
  async run(args, context) {
    const run = RunFolder.open(stringArgument(args, 'run'));
    const agent = chooseAgent(readEvaluation(run), optionalString(args, 'agent'), run.path);
    const reason = optionalString(args, 'force');
    const failed = agent.gates.filter(({ passed }) => !passed);
    if (reason === null && failed.length > 0) {
      const reasons = failed.map((gate) => `  - ${gate.name}: ${gate.reason}`);
      return {
        json: { promoted: false, run: run.path, agent: agent.name, gates: failed },
        text: [`A gate said no to '${agent.name}':`, ...reasons, 'promote it all the same with --force REASON'].join(
          '\n',
        ),
        exitCode: 3,
      };
    }
    const registry = new Registry(registryFolder(context.runsDir), context.clock);
    const event = registry.promote({ run: run.path, agent: agent.name }, reason === null ? null : { reason });
    return { json: { promoted: true, ...event }, text: `'${agent.name}' of ${run.path} is champion` };
  },
};
