import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/storage/atomicFile.ts';
import { isJournal, readJournalOrders } from '../../live/journalOrders.ts';
import { readOrders } from '../../market/execution/calibrate/orderRecording.ts';
import { readCalibrationPlan } from '../../market/execution/calibrate/calibrationPlan.ts';
import {
  runCalibration,
  type CalibrationResult,
  type MeasureOptions,
} from '../../market/execution/calibrate/runCalibration.ts';
import { calibrateShippedTables } from '../../market/execution/calibrate/shippedTables.ts';
import { renderCalibrationReport } from '../../reports/calibrationReport.ts';
import { describeCalibration } from '../describeCalibration.ts';
import { type Arguments, type Command, type CommandContext, optionalString, stringList } from '../command.ts';

const FILES = { type: 'string', array: true, requiresArg: true } as const;

export const command: Command = {
  options: {
    pair: { type: 'string', requiresArg: true, describe: 'instrument to measure' },
    plan: {
      type: 'string',
      requiresArg: true,
      describe: 'YAML of instruments and their recordings, measured and published together',
    },
    quotes: { ...FILES, describe: 'CSV or CSV.gz of bid and ask, ticks or bars: half-spread' },
    books: { ...FILES, describe: 'CSV or CSV.gz of order books, or a raw depth feed: slippage by order size' },
    trades: { ...FILES, describe: 'CSV or CSV.gz of public trades: effective half-spread, market impact' },
    fills: {
      ...FILES,
      describe: 'own fills (CSV, JSON lines) or the journal of a live run: latency, fill ratio, slippage',
    },
    'trades-clock-ms': {
      type: 'number',
      requiresArg: true,
      default: 0,
      describe: 'added to the times of trades that another clock stamped than the quotes',
    },
    'bucket-seconds': {
      type: 'number',
      requiresArg: true,
      default: 1,
      describe: 'length of the buckets of time that market impact is measured over',
    },
    'asset-class': { type: 'string', requiresArg: true, describe: 'of a new instrument: fx, crypto, equity' },
    venue: { type: 'string', requiresArg: true, describe: 'of a new instrument: where it was recorded' },
    out: { type: 'string', default: 'configs/execution', describe: 'folder of the tables' },
    date: { type: 'string', requiresArg: true, describe: 'date of the table, YYYY-MM-DD; default: today, UTC' },
    crossed: {
      choices: ['refuse', 'drop'] as const,
      default: 'refuse' as const,
      describe: 'what to do with quotes whose ask is below their bid',
    },
    'half-life-days': {
      type: 'number',
      requiresArg: true,
      describe: 'weigh old samples down by half for each so many days; default: all alike',
    },
    'max-drift': {
      type: 'number',
      requiresArg: true,
      default: 3,
      describe: 'factor by which a cell may move before the table is refused',
    },
    report: {
      type: 'string',
      requiresArg: true,
      describe: 'HTML file to write: distributions, held-out coverage, drift',
    },
    accept: { type: 'boolean', default: false, describe: 'publish even when a cell moved farther' },
    shipped: {
      type: 'string',
      requiresArg: true,
      describe: 'measure every shipped instrument from this folder of recordings',
    },
  },
  async run(args, context) {
    const result = measure(args, context);
    const report = optionalString(args, 'report');
    if (report !== null) writeFileAtomic(report, await renderCalibrationReport(result));
    const { path, table, drift } = result;
    return {
      json: { path, instruments: Object.keys(table.instruments), drift, coverage: result.coverage },
      text: `${describeCalibration(table, optionalString(args, 'pair'))}\n\npublished ${path}`,
    };
  },
};

function measure(args: Arguments, { clock }: CommandContext): CalibrationResult {
  const out = String(args['out']);
  const date = optionalString(args, 'date') ?? new Date(clock.nowMs()).toISOString().slice(0, 10);
  const shipped = optionalString(args, 'shipped');
  if (shipped !== null) return calibrateShippedTables(shipped, out, date);
  return runCalibration(partsFrom(args), {
    out,
    date,
    maxDriftFactor: numberFrom(args, 'maxDrift'),
    drift: args['accept'] === true ? 'accept' : 'refuse',
  });
}

const readFills = (path: string) => (isJournal(path) ? readJournalOrders(path) : readOrders(path));

function partsFrom(args: Arguments): MeasureOptions[] {
  const plan = optionalString(args, 'plan');
  if (plan !== null) {
    if (!existsSync(plan)) throw new InputError({ what: 'plan does not exist', where: plan });
    return readCalibrationPlan({ name: plan, text: readFileSync(plan, 'utf8') }, readFills);
  }
  const pair = optionalString(args, 'pair');
  if (pair === null) {
    throw new InputError({
      what: 'nothing to measure',
      where: 'command line',
      rule: '--pair with --quotes, --books, --trades or --fills; or --plan FILE; or --shipped DIR',
    });
  }
  const assetClass = optionalString(args, 'assetClass');
  const venue = optionalString(args, 'venue');
  const part: MeasureOptions = {
    pair,
    ...(assetClass !== null && { assetClass }),
    ...(venue !== null && { venue }),
    quotes: stringList(args, 'quotes'),
    books: stringList(args, 'books'),
    trades: stringList(args, 'trades'),
    tradesClockMs: numberFrom(args, 'tradesClockMs', -Infinity),
    bucketMs: numberFrom(args, 'bucketSeconds') * 1000,
    orders: stringList(args, 'fills').map(readFills),
    policy: { crossed: args['crossed'] === 'drop' ? 'drop' : 'refuse' },
    halfLifeDays: args['halfLifeDays'] === undefined ? null : numberFrom(args, 'halfLifeDays'),
  };
  return [part];
}

/** @param above what it must be larger than */
function numberFrom(args: Arguments, name: string, above = 0): number {
  const value = Number(args[name]);
  if (Number.isFinite(value) && value > above) return value;
  const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new InputError({ what: 'not a number above zero', where: option, value: args[name] });
}
