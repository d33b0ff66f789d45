import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { checkFile, type QualityReport } from '../../../../market/data/quality/checkFile.ts';

/** Real market data beside the repository; never part of it. */
const folder = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const filesOf = (part: string) =>
  existsSync(`${folder}${part}`) ? readdirSync(`${folder}${part}`).filter((name) => /\.csv(\.gz)?$/.test(name)) : [];
const severe = ({ findings }: QualityReport) =>
  Object.fromEntries(findings.flatMap(({ name, severity, count }) => (severity === 'note' ? [] : [[name, count]])));

describe('checking real files', function () {
  this.timeout(30_000);

  it('finds the dirty ones dirty: a wrong first bar, outages filled with flat bars, opens carried over', async function () {
    const dirty = filesOf('bars').filter((name) => name.startsWith('dirty-'));
    if (dirty.length === 0) return this.skip();
    for (const name of dirty) {
      const report = await checkFile(`${folder}bars/${name}`);
      expect(severe(report), name).to.include({ wrongFirstBar: 1 });
      expect(severe(report)['filledBars'], name).to.be.greaterThan(100);
      expect(report.findings.find((finding) => finding.name === 'carriedOpens')?.share).to.be.greaterThan(0.85);
      expect(report.verdict.kind).to.equal('usable');
    }
  });

  it('does not drown the others in false alarms', async function () {
    // Files of a million minutes are checked by hand, see docs/results/data-check.md.
    const others = filesOf('bars').filter((name) => !/^dirty-|-1m-bitfinex|-1m-coinbase|^spy-1m/.test(name));
    if (others.length === 0) return this.skip();
    for (const name of others) {
      const report = await checkFile(`${folder}bars/${name}`);
      expect(report.verdict.kind, name).not.to.equal('refuse');
      const { gaps = 0, ...rest } = severe(report);
      expect(gaps / report.rows, name).to.be.below(0.013);
      const total = Object.values(rest).reduce((sum, count) => sum + count, 0);
      expect(total, `${name} ${JSON.stringify(rest)}`).to.be.at.most(28);
    }
  });

  it('recognizes quotes, trades and books by their columns', async function () {
    if (filesOf('books').length === 0) return this.skip();
    for (const [path, kind] of [
      ['quotes/eurusd-1h-oanda.csv.gz', 'quoteBars'],
      ['books/ethusdt-spot-bookticker.csv.gz', 'quoteTicks'],
      ['books/ethusdt-spot-trades.csv.gz', 'trades'],
      ['books/ethusdt-spot-book20-1s.csv.gz', 'books'],
      ['bars/factors/spy.csv', 'factors'],
      ['reference/finrl-account-value.csv', 'series'],
    ]) {
      const report = await checkFile(`${folder}${path}`);
      expect(report.kind, path).to.equal(kind);
      expect(report.verdict.kind, path).not.to.equal('refuse');
    }
  });
});
