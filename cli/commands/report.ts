import { createRng } from '../../core/rng.ts';
import { buildMarket } from '../../experiments/market.ts';
import { readEvaluation } from '../../experiments/readEvaluation.ts';
import { RunSession } from '../../experiments/runSession.ts';
import { type Command, stringArgument } from '../command.ts';
import { summarize, writeReport } from '../runReport.ts';

export const command: Command = {
  positionals: { run: { describe: 'run folder that was judged', demand: true } },
  options: {},
  async run(args, context) {
    const session = RunSession.open(stringArgument(args, 'run'), context);
    return session.guard(async () => {
      const evaluation = readEvaluation(session.run);
      const market = await buildMarket(session.config, createRng(session.config.seed));
      await writeReport(session, evaluation, market);
      session.end('finished');
      return summarize(session, evaluation, null);
    });
  },
};
