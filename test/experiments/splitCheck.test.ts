import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { createRng } from '../../core/rng.ts';
import { writeParquet } from '../../core/storage/parquet.ts';
import { DAY_MS } from '../../core/units.ts';
import { judgeBenchmarks } from '../../evaluation/judge.ts';
import { openCourt } from '../../experiments/judgeRun.ts';
import { buildMarket } from '../../experiments/market.ts';
import { runConfig } from '../../experiments/runConfig.ts';
import { barTable, createBars, numBars, type Bars } from '../../market/data/bars.ts';
import { exportBars } from '../../market/data/exportBars.ts';
import { constantExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const folder = temporaryFolder();
const ROWS = 1500;
const dayOf = (row: number) => new Date(Date.UTC(2004, 0, 1) + row * DAY_MS).toISOString().slice(0, 10);
const SPLIT = {
  train: { from: dayOf(0), to: dayOf(900) },
  validation: { from: dayOf(900), to: dayOf(1200) },
  test: { from: dayOf(1200), to: dayOf(ROWS) },
};
/** The truth of the judged days. */
const TRUE_RETURN = -0.243;

/** A fund that splits three for one while it is learned of and while it is judged: raw prices, and the truth. */
function fund(raw: boolean): Bars {
  const rng = createRng('fund');
  const bars = createBars(ROWS);
  let price = 240;
  let judgedFrom = NaN;
  for (let row = 0; row < ROWS; row++) {
    if (row === 1200) judgedFrom = price;
    const open = price;
    price *= Math.exp(0.012 * rng.normal());
    if (row === ROWS - 1) price = judgedFrom * (1 + TRUE_RETURN);
    const factor = raw ? (row < 500 ? 1 : row < 1400 ? 1 / 3 : 1 / 9) : 1;
    bars.openTimeMs[row] = Date.UTC(2004, 0, 1) + row * DAY_MS;
    bars.open[row] = open * factor;
    bars.close[row] = price * factor;
    bars.high[row] = Math.max(open, price) * factor * 1.002;
    bars.low[row] = Math.min(open, price) * factor * 0.998;
    bars.volume[row] = (1e6 * Math.exp(0.3 * rng.normal())) / factor;
  }
  return bars;
}

const rawFile = join(folder, 'raw.csv');
const trueFile = join(folder, 'true.csv');
exportBars(rawFile, fund(true));
exportBars(trueFile, fund(false));

const configOf = (market: object) =>
  runConfig.parse({
    name: 'fund',
    market: { kind: 'bars', instrument: 'EEM', file: rawFile, split: SPLIT, ...market },
    features: [{ kind: 'logReturn' }, { kind: 'rsi', period: 14 }],
    agents: [{ name: 'dqn', kind: 'dqn' }],
  });

/** What a run says that holding earned. */
async function holdingOf(market: object) {
  const config = configOf(market);
  const built = await buildMarket(config, createRng(1));
  const [holding] = await judgeBenchmarks(openCourt({ config, market: built, execution: constantExecution() }));
  return { holding: holding.judged.test.totalReturn, notes: built.notes.join('\n'), bars: built.worlds.bars };
}

/** The list that a refusal says to paste. */
const pasted = (message: string, kind: string) =>
  parse(
    new RegExp(`repair: (\\[\\{ kind: ${kind}.*?\\} ?\\](?: \\}\\])?)(?:[;,]|$)`, 'm').exec(message)?.[1] ?? 'null',
  );

describe('a run on prices with share splits', () => {
  it('stops at those that no policy explains, and says which lines to paste', async () => {
    const message = await refusal(() => buildMarket(configOf({}), createRng(1)));
    expect(message).to.contain('market.repair').and.to.contain('2 jumps that would be taken for gains and losses');
    expect(message).to.contain(`${rawFile}, ${dayOf(500)}: prices jump as by a share split of 3:1`);
    expect(message).to.contain(`${rawFile}, ${dayOf(1400)}: prices jump as by a share split of 3:1`);
    const repair = pasted(message, 'adjustSplits');
    expect(repair).to.deep.equal([
      {
        kind: 'adjustSplits',
        splits: [
          { from: dayOf(500), ratio: '3:1' },
          { from: dayOf(1400), ratio: '3:1' },
        ],
      },
    ]);
    const mended = await holdingOf({ repair });
    expect(mended.holding).to.be.closeTo(TRUE_RETURN, 1e-12);
    expect(mended.notes).to.contain(`adjustSplits: 3:1 from ${dayOf(500)}, 3:1 from ${dayOf(1400)}`);
    const whole = await holdingOf({ file: trueFile });
    expect(whole.holding).to.be.closeTo(TRUE_RETURN, 1e-12);
    expect(whole.notes).not.to.contain('Splits');
    // Prices of the present: all are a ninth of those that the fund began with, and volumes are those of new shares.
    for (let row = 0; row < numBars(whole.bars); row += 97) {
      expect(mended.bars.close[row] * 9).to.be.closeTo(whole.bars.close[row], 1e-9);
      expect(mended.bars.volume[row] / 9).to.be.closeTo(whole.bars.volume[row], 1e-6);
    }
  });

  it('goes on where the config says that they are moves of the market, and tells it', async () => {
    const message = await refusal(() => buildMarket(configOf({}), createRng(1)));
    const repair = pasted(message, 'keepJumps');
    expect(repair).to.deep.equal([{ kind: 'keepJumps', at: [dayOf(500), dayOf(1400)] }]);
    const { holding, notes } = await holdingOf({ repair });
    expect(holding).to.be.closeTo((1 + TRUE_RETURN) / 3 - 1, 1e-12);
    expect(notes).to.contain(`keepJumps: ${dayOf(1400)} is kept as a move of the market`);
    const one = [{ kind: 'keepJumps', at: [dayOf(500)] }];
    expect(await refusal(() => holdingOf({ repair: one })))
      .to.contain(dayOf(1400))
      .and.to.contain('a jump that');
    const idle = [...repair, { kind: 'keepJumps', at: [dayOf(700)] }];
    expect(await refusal(() => holdingOf({ repair: idle })))
      .to.contain('no jump to keep')
      .and.to.contain(dayOf(700));
  });

  it('finds out an adjustment that is made twice, and one of days that the file has not', async () => {
    const repair = [{ kind: 'adjustSplits', splits: [{ from: dayOf(1400), ratio: '3:1' }] }];
    expect(await refusal(() => holdingOf({ file: trueFile, repair }))).to.contain('share split of 1:3');
    const outside = [{ kind: 'adjustSplits', splits: [{ from: '2031-01-01', ratio: '3:1' }] }];
    expect(await refusal(() => holdingOf({ repair: outside }))).to.contain('split at which there are no bars');
    expect(() =>
      configOf({ repair: [{ kind: 'adjustSplits', splits: [{ from: '2008-01-01', ratio: '3' }] }] }),
    ).to.throw('new shares to old ones');
  });

  it('does not mind those of days that it does not use', async () => {
    const split = {
      ...SPLIT,
      train: { from: dayOf(510), to: dayOf(900) },
      test: { from: dayOf(1200), to: dayOf(1390) },
    };
    expect((await holdingOf({ split })).notes).not.to.contain('jump');
  });

  it('stops at those of further instruments and of companions too', async () => {
    const instruments = [{ instrument: 'SPY', file: rawFile }];
    const several = await refusal(() => holdingOf({ file: trueFile, instruments }));
    expect(several).to.contain('market.instruments.0.repair: [{ kind: adjustSplits');
    const companions = [{ name: 'EEM', file: rawFile }];
    const beside = await refusal(() => holdingOf({ file: trueFile, companions }));
    expect(beside).to.contain('market.companions.0.repair: [{ kind: adjustSplits');
    const repair = pasted(several, 'adjustSplits');
    const mended = await holdingOf({ file: trueFile, companions: [{ ...companions[0], repair }] });
    expect(mended.notes).to.contain('companion EEM: adjustSplits');
  });

  it('stops at those of a series that exceeds memory, and goes on where they are kept', async () => {
    const path = join(folder, 'raw.parquet');
    await writeParquet(path, barTable(fund(true)));
    const large = { file: `parquet:${path}`, memory: { budgetMb: 400, stretches: 2 } };
    const message = await refusal(() => holdingOf(large));
    expect(message).to.contain('2 jumps').and.to.contain('raise market.memory.budgetMb');
    const { notes } = await holdingOf({ ...large, repair: pasted(message, 'keepJumps') });
    expect(notes).to.contain(`keepJumps: ${dayOf(1400)}`);
  });

  it('of AAPL: the three splits are named, the fall by half of 2000 is not, and factors mend them', async function () {
    const shared = fileURLToPath(new URL('../../../shared/data/bars/', import.meta.url));
    if (!existsSync(shared)) return this.skip();
    const apple = {
      file: `${shared}aapl-1d-raw.csv.gz`,
      split: {
        train: { from: '1998-01-01', to: '2010-01-01' },
        validation: { from: '2010-01-01', to: '2014-01-01' },
        test: { from: '2014-01-01', to: '2015-01-01' },
      },
    };
    const message = await refusal(() => holdingOf(apple));
    for (const day of ['2000-06-21', '2005-02-28', '2014-06-09']) expect(message).to.contain(day);
    expect(message).not.to.contain('2000-09-29');
    const { holding } = await holdingOf({
      ...apple,
      repair: [{ kind: 'adjust', factors: `${shared}factors/aapl.csv` }],
    });
    const pastedSplits = await holdingOf({ ...apple, repair: pasted(message, 'adjustSplits') });
    // 80.1 to 110.3 of today's shares, and dividends of about two per cent.
    expect(pastedSplits.holding).to.be.closeTo(0.39, 0.02);
    expect(holding - pastedSplits.holding).to.be.within(0.01, 0.04);
  });
});
