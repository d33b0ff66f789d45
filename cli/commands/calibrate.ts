import { InputError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/storage/atomicFile.ts';
import { rollbackTable } from '../../market/execution/calibrate/publishTable.ts';
import { runCalibration } from '../../market/execution/calibrate/runCalibration.ts';
import { calibrateShippedTables } from '../../market/execution/calibrate/shippedTables.ts';
import { SESSIONS } from '../../market/sessions.ts';
import { renderCalibrationReport } from '../../reports/calibrationReport.ts';
import { type Command, optionalString, stringList } from '../command.ts';
import { decimalCell, renderTable } from '../table.ts';

export const command: Command = {
  options: {
    pair: { type: 'string', requiresArg: true, describe: 'instrument to measure' },
    quotes: { type: 'string', array: true, requiresArg: true, describe: 'CSV or CSV.gz of bid and ask: ticks or bars' },
    books: { type: 'string', array: true, requiresArg: true, describe: 'CSV or CSV.gz of 20-level order books' },
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
      describe: 'weigh old samples down by half for each so many days; default: all alike',
    },
    'max-drift': {
      type: 'number',
      default: 3,
      describe: 'factor by which a cell may move before the table is refused',
    },
    report: {
      type: 'string',
      requiresArg: true,
      describe: 'HTML file to write: distributions, held-out coverage, drift',
    },
    accept: { type: 'boolean', default: false, describe: 'publish even when a cell moved farther' },
    rollback: {
      type: 'string',
      requiresArg: true,
      describe: 'make the table of this date the current one again; measures nothing',
    },
    shipped: {
      type: 'string',
      requiresArg: true,
      describe: 'measure every shipped instrument from this folder of recordings',
    },
  },
  async run(args, { clock }) {
    const out = String(args['out']);
    const rollback = optionalString(args, 'rollback');
    if (rollback !== null) {
      const path = rollbackTable(out, rollback);
      return { json: { path }, text: `${path} is current again` };
    }
    const date = optionalString(args, 'date') ?? new Date(clock.nowMs()).toISOString().slice(0, 10);
    const shipped = optionalString(args, 'shipped');
    const pair = optionalString(args, 'pair');
    if (shipped === null && pair === null) {
      throw new InputError({
        what: 'nothing to measure',
        where: 'command line',
        rule: '--pair with --quotes or --books, --shipped DIR, or --rollback DATE',
      });
    }
    const assetClass = optionalString(args, 'assetClass');
    const venue = optionalString(args, 'venue');
    const result =
      shipped !== null || pair === null
        ? calibrateShippedTables(shipped ?? '', out, date)
        : runCalibration({
            pair,
            ...(assetClass !== null && { assetClass }),
            ...(venue !== null && { venue }),
            quotes: stringList(args, 'quotes'),
            books: stringList(args, 'books'),
            out,
            date,
            policy: { crossed: args['crossed'] === 'drop' ? 'drop' : 'refuse' },
            halfLifeDays: args['halfLifeDays'] === undefined ? null : Number(args['halfLifeDays']),
            maxDriftFactor: Number(args['maxDrift']),
            drift: args['accept'] === true ? 'accept' : 'refuse',
          });
    const report = optionalString(args, 'report');
    if (report !== null) writeFileAtomic(report, await renderCalibrationReport(result));
    const measured =
      pair === null ? Object.entries(result.table.instruments) : [[pair, result.table.instruments[pair]] as const];
    const rows = measured.flatMap(([name, entry]) =>
      SESSIONS.map((session) => {
        const spread = entry.sessions[session].halfSpreadBps;
        return [
          name,
          session,
          String(spread.count),
          decimalCell(spread.mean, 3),
          decimalCell(spread.p50, 3),
          decimalCell(spread.p90, 3),
        ];
      }),
    );
    const table = renderTable([['instrument', 'session', 'samples', 'half-spread bps', 'p50', 'p90'], ...rows]);
    return {
      json: { path: result.path, instruments: Object.keys(result.table.instruments), drift: result.drift },
      text: `${table}\n\npublished ${result.path}`,
    };
  },
};
