import { join } from 'node:path';
import { createRng } from '../../core/rng.ts';
import { buildMarket } from '../../experiments/market.ts';
import { FeatureStore } from '../../market/features/featureStore.ts';
import { type Command, SET_OPTION, stringArgument } from '../command.ts';
import { configFrom } from '../configFrom.ts';

/** One set of columns at a time: nothing is asked for twice. */
const NO_MEMORY = 0;

export const command: Command = {
  positionals: { config: { describe: 'experiment config', demand: true } },
  options: { set: SET_OPTION },
  async run(args, context) {
    const config = await configFrom(stringArgument(args, 'config'), args, context);
    const { worlds, featureSet } = await buildMarket(config, createRng(config.seed));
    const store = new FeatureStore(join(context.runsDir, 'features'), NO_MEMORY);
    const startedMs = context.clock.elapsedMs();
    const { columns, source, file } = await store.load({ bars: worlds.bars, paths: worlds.paths, featureSet });
    const seconds = (context.clock.elapsedMs() - startedMs) / 1000;
    const rows = columns[0].length;
    return {
      json: { file, source, rows, columns: featureSet.columns.map(({ name }) => name), seconds },
      text: `${file}\n  ${rows} rows x ${columns.length} columns, ${source === 'disk' ? 'read from disk' : 'computed and written'} in ${seconds.toFixed(2)} s`,
    };
  },
};
