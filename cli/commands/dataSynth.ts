import { writeParquet } from '../../core/storage/parquet.ts';
import { InputError } from '../../core/errors.ts';
import { createRng } from '../../core/rng.ts';
import { barTable, numBars } from '../../market/data/bars.ts';
import { REGIMES } from '../../market/regimes/regime.ts';
import { buildMarket } from '../../experiments/market.ts';
import { type Command, SET_OPTION, stringArgument } from '../command.ts';
import { configFrom } from '../configFrom.ts';

export const command: Command = {
  positionals: { config: { describe: 'experiment config with a synthetic market', demand: true } },
  options: {
    set: SET_OPTION,
    out: {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'Parquet file to write: bars, path and regime of each',
    },
  },
  async run(args, context) {
    const config = await configFrom(stringArgument(args, 'config'), args, context);
    if (config.market.kind !== 'synthetic') {
      throw new InputError({
        what: 'not a synthetic market',
        where: 'market.kind',
        rule: 'synthetic',
        value: config.market.kind,
      });
    }
    const { worlds, dataHash } = await buildMarket(config, createRng(config.seed));
    const out = stringArgument(args, 'out');
    const path = worlds.paths.flatMap(({ name, from, to }) => Array.from({ length: to - from }, () => name));
    const regime = Array.from(worlds.regime, (label) => REGIMES[label]);
    await writeParquet(out, { path, regime, ...barTable(worlds.bars) });
    const count = numBars(worlds.bars);
    return {
      json: { out, paths: worlds.paths.length, bars: count, dataHash },
      text: `${worlds.paths.length} paths, ${count} bars written to ${out}`,
    };
  },
};
