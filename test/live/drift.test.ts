import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../core/rng.ts';
import { DriftMonitor, driftConfig, fitDriftReference, populationStability } from '../../live/drift.ts';

const NAMES = ['normal', 'flag'];

/** Rows of a normal column and a flag that is up in three rows of ten. */
function rows(seed: number, count: number, shift = 0): Float32Array {
  const rng = createRng(seed);
  return Float32Array.from({ length: count * 2 }, (_, i) =>
    i % 2 === 0 ? rng.normal() + shift : Number(rng.next() < 0.3),
  );
}

const config = driftConfig.parse({ windowBars: 1000 });
const references = fitDriftReference({ matrix: rows(1, 20_000), features: 2, from: 0, to: 20_000 }, NAMES, config.bins);

function monitorOf(matrix: Float32Array): DriftMonitor {
  const monitor = new DriftMonitor(references, config);
  for (let row = 0; row < matrix.length / 2; row++) monitor.push(matrix, row * 2);
  return monitor;
}

describe('drift', () => {
  it('the same distribution is stable, and nothing is said before the window is full', () => {
    expect(monitorOf(rows(2, 999)).findings()).to.equal(null);
    const findings = monitorOf(rows(2, 1500)).findings() ?? [];
    expect(findings.map(({ level }) => level)).to.deep.equal(['stable', 'stable']);
    for (const { psi } of findings) expect(psi).to.be.below(0.03);
  });

  it('a column that moved by its own deviation is named first and raises an alarm; the window forgets it', () => {
    const monitor = monitorOf(rows(3, 1000, 1));
    const findings = monitor.findings() ?? [];
    expect(findings[0]).to.include({ column: 'normal', level: 'major' });
    // Two normals a deviation apart differ by 1 in the limit of many bins; ten bins see most of it.
    expect(findings[0].psi).to.be.within(0.8, 1.1);
    expect(monitor.isAlarming(findings)).to.equal(true);
    const calm = rows(4, 1000);
    for (let row = 0; row < 1000; row++) monitor.push(calm, row * 2);
    expect(monitor.isAlarming(monitor.findings() ?? [])).to.equal(false);
  });

  it('the index is zero for equal shares, positive else, and the same both ways', () => {
    const shares = fc
      .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 })
      .map((raw) => raw.map((share) => share / raw.reduce((a, b) => a + b)));
    fc.assert(
      fc.property(shares, shares, (a, b) => {
        expect(populationStability(a, a)).to.equal(0);
        expect(populationStability(a, b)).to.be.at.least(0);
        expect(populationStability(a, b)).to.be.closeTo(populationStability(b, a), 1e-12);
      }),
    );
  });

  it('a column of two values keeps a bin for each', () => {
    expect(references[1].edges.length).to.equal(2);
    const flag = references[1].shares.filter((share) => share > 0);
    expect(flag).to.have.length(2);
    expect(flag[0]).to.be.closeTo(0.7, 0.02);
  });
});
