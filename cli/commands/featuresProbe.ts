import { createRng } from '../../core/rng.ts';
import { buildMarket } from '../../experiments/market.ts';
import { probeMarket, type ProbedStage } from '../../experiments/probeMarket.ts';
import { type Command, optionalString, SET_OPTION, stringArgument } from '../command.ts';
import { configFrom } from '../configFrom.ts';
import { COMPANION_OPTION, readReplayBars } from '../replayBars.ts';
import { renderTable } from '../table.ts';

const LATER_START = { probed: 'probed', tooShort: 'too few bars', none: '—' } as const;

export const command: Command = {
  positionals: { config: { describe: 'experiment config', demand: true } },
  options: {
    set: SET_OPTION,
    bars: {
      type: 'string',
      requiresArg: true,
      describe: "bars to probe on; default: the config's first training path",
    },
    companion: COMPANION_OPTION,
    cuts: { type: 'number', default: 8, describe: 'moments at which the future is cut off and perturbed' },
  },
  async run(args, context) {
    const config = await configFrom(stringArgument(args, 'config'), args, context);
    const market = await buildMarket(config, createRng(config.seed));
    const file = optionalString(args, 'bars');
    const bars = file === null ? undefined : await readReplayBars(file, args, { config, market });
    const stages = probeMarket({ config, market, cuts: Number(args['cuts']), ...(bars !== undefined && { bars }) });
    const leaks = stages.flatMap(({ stage, leaks }) => leaks.map((leak) => ({ ...leak, stage })));
    const causal = leaks.length === 0;
    return { json: { causal, stages, leaks }, text: render(stages), exitCode: causal ? 0 : 1 };
  },
};

function render(stages: readonly ProbedStage[]): string {
  const table = renderTable([
    ['stage', 'columns', 'bars', 'cuts', 'later start', 'verdict'],
    ...stages.map(({ stage, columns, bars, cuts, laterStart, leaks }) => [
      stage,
      String(columns),
      String(bars),
      String(cuts),
      LATER_START[laterStart],
      leaks.length === 0 ? 'causal' : `LOOK-AHEAD in ${leaks.length} probes`,
    ]),
  ]);
  const found = stages.flatMap(({ stage, leaks }) =>
    leaks.map(
      (leak) =>
        `  ${stage}: ${leak.column} at bar ${leak.row} (${leak.openTime}) changed from ${leak.before} to ${leak.after} (${leak.probe} at bar ${leak.cutRow})`,
    ),
  );
  return [table, ...found].join('\n');
}
