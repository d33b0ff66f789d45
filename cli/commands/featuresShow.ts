import { createRng } from '../../core/rng.ts';
import { buildMarket } from '../../experiments/market.ts';
import { summarizeFeatures } from '../../experiments/inspectFeatures.ts';
import { type Command, SET_OPTION, stringArgument } from '../command.ts';
import { configFrom } from '../configFrom.ts';
import { decimalCell, renderTable } from '../table.ts';

export const command: Command = {
  positionals: { config: { describe: 'experiment config', demand: true } },
  options: { set: SET_OPTION },
  async run(args, context) {
    const config = await configFrom(stringArgument(args, 'config'), args, context);
    const market = await buildMarket(config, createRng(config.seed));
    const rows = summarizeFeatures(market);
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
    const { warmupBars } = market.worlds;
    return {
      json: { features: rows, warmupBars, featureSetHash: market.featureSet.hash, fitted: market.featureState.fitted },
      text: [table, '', `normalizer ${market.normalizer.kind}, warm-up ${warmupBars} bars`].join('\n'),
    };
  },
};
