import { expect } from 'chai';
import { describe, it } from 'mocha';
import { stateCosts } from '../../market/execution/costStatement.ts';
import { loadExecutionTable } from '../../market/execution/loadExecutionTable.ts';
import { costStatementTable, describeCosts, nameCosts } from '../../reports/costStatement.ts';
import { renderReport } from '../../reports/renderReport.ts';
import { renderSummary } from '../../reports/renderSummary.ts';
import { config, SHIPPED } from '../market/execution/fixtures.ts';
import { walkEvaluation } from './walkEvaluation.ts';

const table = loadExecutionTable(SHIPPED);
const borrowed = stateCosts({
  table,
  instrument: 'GBPUSD',
  config: config({ instrument: 'EURUSD', unmeasuredSlippage: 'zero' }),
});

describe('where costs are from', () => {
  it('is a sentence that names instrument, time, samples and all that was not measured', () => {
    expect(describeCosts([borrowed])).to.equal(
      `Costs of EURUSD at oanda, which GBPUSD pays in place of its own, table of ${table.created}. ` +
        'Measured: half-spread (368,516 samples, 2007-01-01 21:00 to 2014-12-31 19:00 UTC). ' +
        'Not measured: slippage (no order book was recorded: taken to be zero), latency (every fill is taken to be in time), ' +
        'fill ratio (no own orders were recorded), impact (orders are taken to move no price). ' +
        'By the config: fees (taker 5 bps, maker 2 bps), interest (borrowing 3 % and credit 6 % a year).',
    );
    expect(nameCosts([borrowed])).to.equal(
      'costs of EURUSD at oanda in place of GBPUSD, slippage, latency, fill ratio and impact not measured',
    );
    expect(describeCosts(undefined)).to.equal('Where its costs are from was not recorded.');
    expect(describeCosts(Array.from({ length: 40 }, () => borrowed))).to.contain('And of 37 more');
    expect(nameCosts(Array.from({ length: 40 }, () => borrowed))).to.contain('costs of 40 instruments');
  });

  it('stands beside the figures on the terminal and, four times, in the report', async () => {
    const evaluation = { ...walkEvaluation(7), costs: [borrowed] };
    expect(renderSummary(evaluation)).to.contain(describeCosts([borrowed]));
    const run = {
      ...{ experiment: 'x', seed: 1, seconds: 1, createdUtc: 'now', commit: null, command: 'x' },
      hashes: {},
      settings: {},
    };
    const page = await renderReport({ title: 'x', evaluation, learningCurves: [], run });
    // The figure on top, the caption of the table; then the table of parts and the chart of costs.
    expect(page.split(nameCosts([borrowed])).length - 1).to.be.at.least(2);
    expect(page).to.contain(describeCosts([borrowed]));
    expect(page).to.contain('not measured').and.to.contain('taken to be zero');
    expect(page).to.not.contain('same measured costs');
    expect(costStatementTable([borrowed]).text).to.contain('in place of its own');
    const { costs: _none, ...old } = evaluation;
    expect(await renderReport({ title: 'x', evaluation: old, learningCurves: [], run })).to.contain(
      'Where its costs are from was not recorded.',
    );
  });
});
