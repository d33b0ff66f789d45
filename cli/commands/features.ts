import { createRng } from '../../core/rng.ts';
import { buildMarket } from '../../experiments/market.ts';
import { probeMarket, summarizeFeatures } from '../../experiments/inspectFeatures.ts';
import { type Command, SET_OPTION, stringArgument } from '../command.ts';
import { configFrom } from '../configFrom.ts';
import { decimalCell, renderTable } from '../table.ts';

export const command: Command = {
  positionals: { config: { describe: 'experiment config', demand: true } },
  options: {
    set: SET_OPTION,
    cuts: { type: 'number', default: 8, describe: 'moments at which the probe cuts off and perturbs the future' },
  },
  async run(args, context) {
    const config = await configFrom(stringArgument(args, 'config'), args, context);
    const market = await buildMarket(config, createRng(config.seed));
    const rows = summarizeFeatures(market);
    const leaks = probeMarket(config, market, Number(args['cuts']));
    const table = renderTable([
      ['feature', 'center', 'scale', 'mean', 'deviation', 'clipped'],
      ...rows.map((row) => [
        row.name,
        row.center.toPrecision(3),
        row.scale.toPrecision(3),
        decimalCell(row.mean),
        decimalCell(row.deviation),
        `${(100 * row.clippedShare).toFixed(2)}%`,
      ]),
    ]);
    const found = leaks.map(
      (leak) =>
        `  ${leak.stage}: ${leak.column} at bar ${leak.row} changed from ${leak.before} to ${leak.after} (${leak.probe} after bar ${leak.cutRow})`,
    );
    const verdict =
      leaks.length === 0
        ? 'no look-ahead found in features, normalizer and observation window'
        : `LOOK-AHEAD in ${leaks.length} place(s):`;
    return {
      json: { features: rows, warmupBars: market.worlds.warmupBars, featureSetHash: market.featureSet.hash, leaks },
      text: [table, '', `warm-up ${market.worlds.warmupBars} bars`, verdict, ...found].join('\n'),
      exitCode: leaks.length === 0 ? 0 : 1,
    };
  },
};
