import { InputError } from '../../core/errors.ts';
import { writeParquet } from '../../core/storage/parquet.ts';
import { barTable, numBars, type Bars } from '../../market/data/bars.ts';
import { hashBars } from '../../market/data/barsHash.ts';
import { readBarFile } from '../../market/data/importBars.ts';
import { quoteColumnsOf } from '../../market/data/quotes.ts';
import { resampleBars } from '../../market/data/resampleBars.ts';
import { timeframeOf } from '../../market/data/stores/timeframeLabel.ts';
import { peekKind } from '../../market/data/tables.ts';
import { barsOfTicks, joinTrades, TICK_PRICES } from '../../market/data/ticks/barsOfTicks.ts';
import { CROSSED_POLICIES } from '../../market/data/ticks/quoteAggregator.ts';
import type { DayStart, HigherTimeframe } from '../../market/data/timeBuckets.ts';
import { type Arguments, type Command, type CommandResult, optionalString, stringArgument } from '../command.ts';

export const command: Command = {
  positionals: { file: { describe: 'bars, quotes, books or trades: CSV, lines of JSON, Parquet', demand: true } },
  options: {
    to: { type: 'string', demandOption: true, requiresArg: true, describe: 'timeframe: 5m, 4h, 1d, 1w, 1M' },
    out: { type: 'string', demandOption: true, requiresArg: true, describe: 'Parquet file to write' },
    zone: { type: 'string', default: 'UTC', requiresArg: true, describe: 'time zone in which days begin' },
    'day-start': { type: 'number', default: 0, requiresArg: true, describe: 'hour at which days begin there, 0 to 23' },
    trades: { type: 'string', requiresArg: true, describe: 'trades to join with the quotes of the same instrument' },
    price: { choices: TICK_PRICES, default: 'mid', describe: 'what open, high, low and close are of, with --trades' },
    crossed: {
      choices: CROSSED_POLICIES,
      default: 'refuse',
      describe: 'what to do with quotes whose ask is below bid',
    },
  },
  async run(args) {
    const file = stringArgument(args, 'file');
    const target = { to: higherTimeframe(stringArgument(args, 'to')), dayStart: dayStartOf(args) };
    const kind = await peekKind(file);
    // What fits no kind is taken for bars that lack a column, and refused by its name.
    if (kind !== 'bars' && kind !== 'series') return resampleTicks(file, target, args);
    if (optionalString(args, 'trades') !== null) {
      throw new InputError({ what: 'trades are joined with quotes or books', where: '--trades', value: kind });
    }
    const { bars, timeframeMs } = await readBarFile(file);
    const made = resampleBars(bars, { timeframeMs, ...target });
    // Known at its close: whoever joins it to lower bars must not see it before.
    const more = { closeTimeMs: made.closeTimeMs, sourceBars: made.count };
    const { json, text } = await write(stringArgument(args, 'out'), made.bars, more);
    const count = numBars(bars);
    return { json: { ...json, sourceBars: count }, text: `${text.replace('bars', `bars made of ${shown(count)}`)}` };
  },
};

interface Target {
  readonly to: HigherTimeframe;
  readonly dayStart: DayStart;
}

async function resampleTicks(file: string, target: Target, args: Arguments): Promise<CommandResult> {
  const trades = optionalString(args, 'trades');
  const options = { ...target, crossed: chosen(CROSSED_POLICIES, args, 'crossed') };
  const made = await barsOfTicks(file, options);
  const bars =
    trades === null ? made.bars : joinTrades(made, await tradesOf(trades, options), chosen(TICK_PRICES, args, 'price'));
  const { kind, ticks, droppedCrossed } = made;
  const { json, text } = await write(stringArgument(args, 'out'), bars, {});
  const dropped = droppedCrossed === 0 ? '' : `, ${shown(droppedCrossed)} crossed ones left out`;
  const columns = quoteColumnsOf(bars);
  return {
    json: { ...json, kind, ticks, droppedCrossed, columns },
    text: `${text}\n  of ${shown(ticks)} rows of ${kind}${dropped}\n  quotes   ${columns.join(', ') || 'none'}`,
  };
}

async function tradesOf(file: string, options: Parameters<typeof barsOfTicks>[1]) {
  const made = await barsOfTicks(file, options);
  if (made.kind === 'trades') return made;
  throw new InputError({ what: `not trades but ${made.kind}`, where: file, rule: 'time, price, qty' });
}

async function write(out: string, bars: Bars, more: Readonly<Record<string, Float64Array | Int32Array>>) {
  await writeParquet(out, { ...barTable(bars), ...more });
  const count = numBars(bars);
  return {
    json: { out, bars: count, dataHash: hashBars(bars) },
    text: `${shown(count)} bars, written to ${out}`,
  };
}

function dayStartOf(args: Arguments): DayStart {
  const hour = Number(args['dayStart']);
  if (Number.isInteger(hour) && hour >= 0 && hour <= 23) return { zone: stringArgument(args, 'zone'), hour };
  throw new InputError({ what: 'not an hour', where: '--day-start', rule: '0 to 23', value: args['dayStart'] });
}

function chosen<Choice extends string>(choices: readonly Choice[], args: Arguments, name: string): Choice {
  const value = args[name] ?? choices[0];
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new InputError({ what: 'unknown choice', where: `--${name}`, rule: choices.join(', '), value });
}

const shown = (count: number): string => count.toLocaleString('en-US');

function higherTimeframe(text: string): HigherTimeframe {
  if (text === '1w') return 'week';
  if (text === '1M') return 'month';
  return timeframeOf(text, '--to');
}
