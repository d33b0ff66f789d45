import { expect } from 'chai';
import { describe, it } from 'mocha';
import { combineUses, type PartUse } from '../../market/data/partUse.ts';
import { describeJudgedBars } from '../../reports/partsJudged.ts';
import { renderReport } from '../../reports/renderReport.ts';
import { renderSummary } from '../../reports/renderSummary.ts';
import { asked, cut, made, whole } from './partUses.ts';
import { walkEvaluation } from './walkEvaluation.ts';

const evaluation = (test: PartUse, regimeLabels: 'latent' | 'knownBefore' = 'knownBefore') => ({
  ...walkEvaluation(7),
  parts: { train: whole, validation: whole, test },
  regimeLabels,
});

describe('what was asked for and what was judged', () => {
  it('is a sentence on the terminal, which says why the two differ', () => {
    expect(describeJudgedBars(evaluation(whole))).to.deep.equal([
      'Judged: all 314 bars asked for, 2020-01-02 .. 2021-04-01 UTC, in 1 stretch.',
      'Regimes: by the label that was known before each bar.',
    ]);
    expect(describeJudgedBars(evaluation(cut))[0]).to.equal(
      'Judged: 209 of 314 bars, 2020-06-04 14:30 .. 2021-03-31 UTC (asked for: 2020-01-01 .. 2021-04-01), in 2 stretches, over which returns are means. Left out: 105 bars: warm-up after a gap or at the start of the data; the data ends 2021-03-31T00:00:00.000Z.',
    );
    expect(describeJudgedBars(evaluation(made, 'latent'))).to.deep.equal([
      'Judged: 22,400 of 24,000 bars, in 16 worlds, over which returns are means. Left out: 1,600 bars: warm-up: a made world has no past.',
      'Regimes: by the regime that each bar was made in.',
    ]);
    expect(renderSummary(evaluation(cut))).to.contain('Judged: 209 of 314 bars');
    // Evaluations of older versions do not say.
    expect(describeJudgedBars(walkEvaluation(7))).to.deep.equal([]);
  });

  it('is a table of the report, whose chart of regimes says which label it goes by', async () => {
    const run = {
      experiment: 'walks',
      seed: 7,
      seconds: 1,
      createdUtc: '2026-01-31 12:00 UTC',
      commit: null,
      command: 'regimen run walks',
      hashes: {},
      settings: {},
    };
    const render = (own: ReturnType<typeof walkEvaluation>) =>
      renderReport({ title: 'Walks', evaluation: own, learningCurves: [], run });
    const text = (await render(evaluation(cut))).replace(/\s+/g, ' ');
    expect(text).to.contain('What was asked for and what was used');
    expect(text).to.contain('105 bars: warm-up after a gap or at the start of the data; the data ends');
    expect(text).to.contain('of each regime, by the label that was known before each bar, mean over the paths');
    expect(await render(evaluation(made, 'latent'))).to.contain('undefined: made worlds have no dates');
    expect(await render(walkEvaluation(7))).not.to.contain('What was asked for');
  });

  it('of several instruments is their sum, from the first to the last of their bars', () => {
    const both = combineUses([whole, cut, cut]);
    expect(both.asked).to.deep.equal({ ...asked, bars: 942 });
    expect(both.used).to.deep.equal({ from: whole.used.from, to: whole.used.to, bars: 732, stretches: 5 });
    expect(both.lost).to.deep.equal([{ ...cut.lost[0], bars: 210 }, cut.lost[1]]);
  });
});
