import { InputError } from '../../core/errors.ts';
import { writeParquet } from '../../core/storage/parquet.ts';
import { barTable, numBars } from '../../market/data/bars.ts';
import { hashBars } from '../../market/data/barsHash.ts';
import { readBarFile } from '../../market/data/importBars.ts';
import { resampleBars } from '../../market/data/resampleBars.ts';
import { timeframeOf } from '../../market/data/stores/timeframeLabel.ts';
import type { HigherTimeframe } from '../../market/data/timeBuckets.ts';
import { type Command, stringArgument } from '../command.ts';

export const command: Command = {
  positionals: { file: { describe: 'bars: CSV, lines of JSON, Parquet', demand: true } },
  options: {
    to: { type: 'string', demandOption: true, requiresArg: true, describe: 'timeframe: 5m, 4h, 1d, 1w, 1M' },
    out: { type: 'string', demandOption: true, requiresArg: true, describe: 'Parquet file to write' },
    zone: { type: 'string', default: 'UTC', requiresArg: true, describe: 'time zone in which days begin' },
    'day-start': { type: 'number', default: 0, requiresArg: true, describe: 'hour at which days begin there, 0 to 23' },
  },
  async run(args) {
    const out = stringArgument(args, 'out');
    const hour = Number(args['dayStart']);
    if (!Number.isInteger(hour) || hour < 0 || hour > 23) {
      throw new InputError({ what: 'not an hour', where: '--day-start', rule: '0 to 23', value: args['dayStart'] });
    }
    const { bars, timeframeMs } = await readBarFile(stringArgument(args, 'file'));
    const made = resampleBars(bars, {
      timeframeMs,
      to: higherTimeframe(stringArgument(args, 'to')),
      dayStart: { zone: stringArgument(args, 'zone'), hour },
    });
    // Known at its close: whoever joins it to lower bars must not see it before.
    await writeParquet(out, { ...barTable(made.bars), closeTimeMs: made.closeTimeMs, sourceBars: made.count });
    const count = numBars(made.bars);
    return {
      json: { out, bars: count, sourceBars: numBars(bars), dataHash: hashBars(made.bars) },
      text: `${count.toLocaleString('en-US')} bars made of ${numBars(bars).toLocaleString('en-US')}, written to ${out}`,
    };
  },
};

function higherTimeframe(text: string): HigherTimeframe {
  if (text === '1w') return 'week';
  if (text === '1M') return 'month';
  return timeframeOf(text, '--to');
}
