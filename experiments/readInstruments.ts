/** The instruments that a run trades, each from a file of its own, with the companions that all of them look at. */

import { InputError } from '../core/errors.ts';
import type { BarCalendar } from '../market/calendar/barCalendar.ts';
import { CalendarLearner, chooseCalendar, describeOtherCalendar } from '../market/calendar/calendarLearner.ts';
import { canonicalJson } from '../core/hash.ts';
import { inspectBars } from '../market/data/quality/inspect.ts';
import { findFlaws } from '../market/data/quality/qualityRules.ts';
import { findSplits } from '../market/data/quality/splitScan.ts';
import { readRepairedBars, type RepairedBars } from '../market/data/repairBars.ts';
import { inputsOf } from '../market/features/companionInput.ts';
import type { BarsMarket } from './marketConfig.ts';
import { readCompanions, type Accompanied } from './readCompanions.ts';
import { checkSplits } from './splitCheck.ts';

export interface InstrumentBars extends Accompanied {
  readonly instrument: string;
  readonly path: string;
  readonly file: RepairedBars;
  readonly calendar: BarCalendar;
}

/** @throws InputError for bad files, and instruments that differ in timeframe, quotes or name */
export async function readInstruments(market: BarsMarket): Promise<InstrumentBars[]> {
  const { instrument, file, columns, repair, calendar, instruments = [], companions = [], split } = market;
  const wanted = [{ instrument, file, columns, repair, calendar }, ...instruments];
  const read: InstrumentBars[] = [];
  for (const one of wanted) {
    const bars = await readRepairedBars(
      one.file,
      one.repair,
      one.columns === undefined ? {} : { columns: one.columns },
    );
    const accompanied = await readCompanions(bars.bars, bars.timeframeMs, { companions, split });
    const field = read.length === 0 ? 'market.repair' : `market.instruments.${read.length - 1}.repair`;
    const kept = checkSplits({
      jumps: findSplits(bars.bars, bars.timeframeMs),
      policies: one.repair,
      timeframeMs: bars.timeframeMs,
      split,
      file: one.file,
      field,
    });
    const learner = new CalendarLearner(bars.timeframeMs, bars.bars.openTimeMs);
    const other = describeOtherCalendar(one.calendar, learner);
    const notes = [
      ...describeRepairs(bars),
      ...kept,
      ...describeFlaws(bars),
      ...(other === null ? [] : [other]),
      ...accompanied.notes,
    ];
    const told = wanted.length === 1 ? notes : notes.map((note) => `${one.instrument}: ${note}`);
    read.push({
      ...accompanied,
      instrument: one.instrument,
      path: one.file,
      file: bars,
      calendar: chooseCalendar(one.calendar, learner),
      notes: told,
    });
  }
  checkAlike(read);
  return read;
}

function checkAlike(read: readonly InstrumentBars[]): void {
  const shapeOf = ({ file, bars }: InstrumentBars) => ({ timeframeMs: file.timeframeMs, ...inputsOf(bars) });
  const shape = shapeOf(read[0]);
  const other = read.find((one) => canonicalJson(shapeOf(one)) !== canonicalJson(shape));
  if (other !== undefined) {
    throw new InputError({
      what: 'the instruments of a run have one timeframe and the same columns of quotes',
      where: other.path,
      rule: `${shape.timeframeMs / 60_000} min; quotes: ${shape.quotes.join(', ') || 'none'}`,
      value: `${other.file.timeframeMs / 60_000} min; quotes: ${inputsOf(other.bars).quotes.join(', ') || 'none'}`,
    });
  }
  const names = read.map(({ instrument }) => instrument);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new InputError({ what: 'the same instrument twice', where: 'market.instruments', value: twice });
}

/** Never silent: what was changed, and the hash of the bars that it was changed from. */
const describeRepairs = ({ repairs, sourceHash, dataHash }: RepairedBars): string[] =>
  repairs.length === 0
    ? []
    : [...repairs, `bars ${sourceHash.slice(0, 12)} of the file became ${dataHash.slice(0, 12)} by these policies`];

/** Warnings that no policy took away; gaps are told with their policy, and no run goes on over jumps that nobody explains. */
function describeFlaws({ bars, timeframeMs }: RepairedBars): string[] {
  const flaws = findFlaws(inspectBars(bars, timeframeMs)).filter(
    ({ severity, name }) => severity !== 'note' && name !== 'gaps' && name !== 'splitJumps',
  );
  if (flaws.length === 0) return [];
  const counts = flaws.map(({ name, count }) => `${count} ${name}`).join(', ');
  return [`trained on as it is: ${counts} (regimen data check tells more, market.repair mends)`];
}
