import { expect } from 'chai';
import { describe, it } from 'mocha';
import { measureDrift } from '../../market/execution/calibrate/drift.ts';
import { loadExecutionTable } from '../../market/execution/loadExecutionTable.ts';
import { SESSIONS } from '../../market/sessions.ts';
import { renderCalibrationReport } from '../../reports/calibrationReport.ts';
import { distributionOf, makeEntry, makeTable, SHIPPED } from '../market/execution/fixtures.ts';

const table = loadExecutionTable(SHIPPED);

describe('the calibration report', () => {
  it('shows every instrument, recording and fallback, and asks nothing from outside', async () => {
    const page = await renderCalibrationReport({ table, drift: [], coverage: [] });
    for (const [name, { sources }] of Object.entries(table.instruments)) {
      expect(page).to.include(`<h2 id="instrument-${name.replace('@', '-')}-heading">${name}</h2>`);
      for (const source of sources) expect(page).to.include(source.name);
    }
    expect(page).to.include('pair, all sessions').and.to.include('slippage is unknown');
    expect(page).not.to.match(/(src|href)="(?!data:)/);
    expect(page).not.to.match(/\bhttps?:\/\/(?!www\.w3\.org)/);
    expect(page).not.to.match(/>(NaN|undefined|Infinity)</);
  });

  it('shows latency, fill ratio, effective spread and impact where they were measured, and nowhere else', async () => {
    const source = 'fills.csv';
    const { p50, p90, p99, mean, quantiles } = distributionOf([20, 40, 80]);
    const shares = { p50: 1, p90: 0.4, p99: 0.4, mean: 0.8, quantiles: quantiles.map((_, i) => (i < 67 ? 1 : 0.4)) };
    const measured = makeEntry(
      { spreads: [1], slippage: null },
      {
        latencyMs: { source, ...distributionOf([20, 40, 80]) },
        fillRatio: { source, count: 3, ...shares },
        effectiveHalfSpreadBps: { source: 'trades.csv', ...distributionOf([1, 2, 3]) },
        impact: table.instruments.BTCUSDT.impact,
      },
    );
    expect([p50, p90, p99, mean.toFixed(1)]).to.deep.equal([40, 80, 80, '46.7']);
    const page = await renderCalibrationReport({ table: makeTable({ X: measured }), drift: [], coverage: [] });
    expect(page).to.include('id="latency-X"').and.to.include('id="fills-X"').and.to.include('id="impact-X"');
    expect(page)
      .to.match(/Decision to fill, ms.*46\.67.*40.*80/s)
      .and.to.match(/Share that fills.*80\.0%.*40\.0%/s);
    expect(page).to.include('coefficient 0.841 ± 0.13');
    const bare = makeTable({ X: makeEntry({ spreads: [1], slippage: null }) });
    const without = await renderCalibrationReport({ table: bare, drift: [], coverage: [] });
    expect(without).not.to.match(/id="(latency|fills|impact)-X"|Decision to fill|Share that fills/);
  });

  it('the same result gives the same bytes', async () => {
    const render = () => renderCalibrationReport({ table, drift: [], coverage: [] });
    expect(await render()).to.equal(await render());
  });

  it('names the cells that moved, the farthest first, and what was covered', async () => {
    const before = makeTable({ X: makeEntry({ spreads: [1, 2], slippage: { 1000: [1, 1] } }) });
    const after = makeTable({ X: makeEntry({ spreads: [1, 6], slippage: { 1000: [2, 2] } }) });
    const drift = measureDrift(before, after);
    expect(drift[0]).to.deep.include({ before: 2, after: 6, factor: 3 });
    const sessions = Object.fromEntries(SESSIONS.map((name) => [name, 0.8771])) as Record<
      (typeof SESSIONS)[number],
      number
    >;
    const found = { overall: 0.9012, sessions: { ...sessions, london: null } };
    const coverage = [{ instrument: 'X', recording: 'x.csv', firstHalf: found, alternatingBlocks: found }];
    const page = await renderCalibrationReport({ table: after, drift, coverage });
    expect(page.indexOf('X tokyo halfSpreadBps p90')).to.be.within(0, page.indexOf('X tokyo slippageBps 1000 p50'));
    expect(page).to.include('90.1%').and.to.include('87.7%').and.to.include('<abbr');
  });
});
