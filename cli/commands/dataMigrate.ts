import { InputError } from '../../core/errors.ts';
import type { BarSource, Series } from '../../market/data/stores/barStore.ts';
import { migrateSeries, type SeriesMigration } from '../../market/data/stores/migrateSeries.ts';
import { openSource, openStore } from '../../market/data/stores/openStore.ts';
import { describeSeries } from '../../market/data/stores/series.ts';
import { storeConfig } from '../../market/data/stores/storeConfig.ts';
import { timeframeOf } from '../../market/data/stores/timeframeLabel.ts';
import { type Arguments, type Command, optionalString, stringArgument } from '../command.ts';

const STORE = { type: 'string', demandOption: true, requiresArg: true } as const;
const MEMORY = storeConfig.shape.memoryBudgetMb;

export const command: Command = {
  onInterrupt: 'finishStep',
  options: {
    from: { ...STORE, describe: 'parquet[:FOLDER], parquet:FILE.parquet or questdb[:HOST[:HTTP_PORT[:PG_PORT]]]' },
    to: { ...STORE, describe: 'parquet[:FOLDER] or questdb[:HOST[:HTTP_PORT[:PG_PORT]]]' },
    instrument: { type: 'string', requiresArg: true, describe: 'only this one; what a single file holds' },
    timeframe: { type: 'string', requiresArg: true, describe: 'only this one, such as 1m' },
    'memory-mb': { type: 'number', default: MEMORY.parse(undefined), requiresArg: true, describe: MEMORY.description },
  },
  async run(args, { environment, progress, signal }) {
    const config = storeConfig.parse({ memoryBudgetMb: memoryArgument(args) });
    const instrument = optionalString(args, 'instrument');
    const options = { config, environment };
    const from = await openSource(stringArgument(args, 'from'), { ...options, instrument, where: '--from' });
    const to = await openStore(stringArgument(args, 'to'), { ...options, where: '--to' });
    const migrated: (SeriesMigration & Series)[] = [];
    for (const series of await choose(from, instrument, optionalString(args, 'timeframe'))) {
      const task = `migrate ${describeSeries(series)}`;
      const onProgress = (done: number, all: number) => progress.report(task, done / all, `${done} of ${all} bars`);
      const migration = await migrateSeries({ from, to, series, signal, onProgress });
      progress.done(task, `${migration.bars} bars`);
      migrated.push({ ...series, ...migration });
      if (migration.state === 'interrupted') break;
    }
    await from.close();
    await to.close();
    const interrupted = migrated.some(({ state }) => state === 'interrupted');
    return {
      json: { from: from.name, to: to.name, state: interrupted ? 'interrupted' : 'complete', series: migrated },
      text: render(migrated),
      exitCode: interrupted ? 130 : 0,
    };
  },
};

async function choose(from: BarSource, instrument: string | null, timeframe: string | null): Promise<Series[]> {
  const timeframeMs = timeframe === null ? null : timeframeOf(timeframe, '--timeframe');
  const all = await from.list();
  const chosen = all.filter(
    (series) =>
      (instrument === null || series.instrument === instrument) &&
      (timeframeMs === null || series.timeframeMs === timeframeMs),
  );
  if (chosen.length > 0) return chosen;
  const rule = all.length === 0 ? 'at least one series' : `one of ${all.map(describeSeries).join(', ')}`;
  throw new InputError({ what: 'no such series', where: from.name, rule });
}

function memoryArgument(args: Arguments): number {
  const parsed = MEMORY.safeParse(args['memory-mb']);
  if (parsed.success) return parsed.data;
  const rule = parsed.error.issues[0]?.message ?? 'whole megabytes';
  throw new InputError({ what: 'not a memory budget', where: '--memory-mb', rule, value: args['memory-mb'] });
}

function render(migrated: readonly (SeriesMigration & Series)[]): string {
  const lines = migrated.map(({ state, bars, resumedBars, hash, ...series }) => {
    const resumed = resumedBars > 0 ? `, ${resumedBars.toLocaleString('en-US')} of them there before` : '';
    const proof = hash === null ? 'interrupted; run the same command again to go on' : `same hash ${hash.slice(0, 12)}`;
    return `${describeSeries(series)}: ${bars.toLocaleString('en-US')} bars${resumed}; ${state === 'complete' ? `verified, ${proof}` : proof}`;
  });
  return lines.join('\n');
}
