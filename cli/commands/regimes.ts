import { createRng } from '../../core/rng.ts';
import { REGIMES } from '../../market/regimes/regime.ts';
import { SPLIT_PARTS } from '../../market/data/splits.ts';
import { buildMarket } from '../../experiments/market.ts';
import { regimeLabelsOf } from '../../experiments/marketConfig.ts';
import { summarizeRegimes } from '../../experiments/summarizeRegimes.ts';
import { type Command, SET_OPTION, stringArgument } from '../command.ts';
import { LABELS_IN_WORDS } from '../../reports/partsJudged.ts';
import { configFrom } from '../configFrom.ts';
import { decimalCell, percentCell, renderTable } from '../table.ts';

export const command: Command = {
  positionals: { config: { describe: 'experiment config', demand: true } },
  options: { set: SET_OPTION },
  async run(args, context) {
    const config = await configFrom(stringArgument(args, 'config'), args, context);
    const market = await buildMarket(config, createRng(config.seed));
    const rows = SPLIT_PARTS.flatMap((part) =>
      summarizeRegimes(market.worlds, market.paths[part]).map((row) => ({ part, ...row })),
    );
    const table = renderTable([
      ['part', 'regime', 'bars', 'share', 'mean bps/bar', 'deviation bps', 'mean stay (bars)'],
      ...rows.map((row) => [
        row.part,
        row.regime,
        String(row.bars),
        percentCell(row.share),
        decimalCell(row.meanReturnBps),
        decimalCell(row.deviationBps, 1),
        decimalCell(row.meanStayBars, 0),
      ]),
    ]);
    const labels = regimeLabelsOf(config.market);
    return { json: { regimes: REGIMES, labels, rows }, text: `${table}\n\nsorted ${LABELS_IN_WORDS[labels]}` };
  },
};
