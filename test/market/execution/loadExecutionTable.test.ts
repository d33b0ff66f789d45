import { expect } from 'chai';
import { describe, it } from 'mocha';
import { InputError } from '../../../core/errors.ts';
import { publishTable } from '../../../market/execution/calibrate/publishTable.ts';
import { findInstrument, loadExecutionTable } from '../../../market/execution/loadExecutionTable.ts';
import { hashTable } from '../../../market/execution/table.ts';
import { makeEntry, makeTable, withFolder, writeText } from './fixtures.ts';

const table = makeTable({
  EURUSD: makeEntry({ spreads: [0.3, 0.4, 0.5], slippage: { 1000: [0, 0.1], 5000: [0.1, 0.3] } }),
});

type Loose = Record<string, unknown>;

/** Writes an altered copy and loads it; `resign` gives it the hash of what it now holds. */
function loadAltered(alter: (copy: Loose) => void, resign: 'resign' | 'keepHash' = 'resign'): void {
  withFolder((dir) => {
    const copy = structuredClone(table) as unknown as Loose;
    alter(copy);
    if (resign === 'resign') copy.hash = hashTable(copy);
    loadExecutionTable(writeText(dir, 'table.json', JSON.stringify(copy)));
  });
}

const inside = (copy: Loose, ...path: string[]): Loose => path.reduce<Loose>((inner, key) => inner[key] as Loose, copy);
const sessionsOf = (copy: Loose) => inside(copy, 'instruments', 'EURUSD', 'sessions');

/** The table as it was written before orders and trades were measured. */
function toVersion1(): Loose {
  const text = JSON.stringify(table, (key, value: unknown) =>
    ['fillRatio', 'effectiveHalfSpreadBps', 'impact', 'measuredFrom'].includes(key) ? undefined : value,
  );
  const old = { ...(JSON.parse(text) as Loose), schemaVersion: 1 };
  return { ...old, hash: hashTable(old) };
}

describe('loading a cost table', () => {
  it('follows the pointer to the current table and gives back what was published', () => {
    withFolder((dir) => {
      publishTable(dir, table);
      expect(loadExecutionTable(`${dir}/execution_metrics.json`)).to.deep.equal(table);
      expect(loadExecutionTable(`${dir}/execution_metrics_2024-01-02.json`)).to.deep.equal(table);
    });
  });

  it('an unaltered copy passes, so that the refusals below are about what was altered', () => {
    loadAltered(() => {});
  });

  it('a number that was changed without its hash is refused', () => {
    const change = (copy: Loose) => (inside(sessionsOf(copy), 'london', 'halfSpreadBps').mean = 0.01);
    expect(() => loadAltered(change, 'keepHash')).to.throw(InputError, /hash does not match/);
  });

  it('a missing session is refused by name', () => {
    const drop = (copy: Loose) => delete sessionsOf(copy).newYork;
    expect(() => loadAltered(drop)).to.throw(InputError, /sessions\.newYork.*missing/);
  });

  it('a negative spread is refused with its place and value', () => {
    const negate = (copy: Loose) => (inside(sessionsOf(copy), 'tokyo', 'halfSpreadBps').mean = -0.1);
    expect(() => loadAltered(negate)).to.throw(InputError, /tokyo\.halfSpreadBps\.mean.*-0\.1/);
  });

  it('quantiles that fall, and named ones that disagree with them, are refused', () => {
    const cell = (copy: Loose) => inside(sessionsOf(copy), 'tokyo', 'halfSpreadBps');
    expect(() => loadAltered((copy) => ((cell(copy).quantiles as number[])[1] = 0))).to.throw(/never fall/);
    expect(() => loadAltered((copy) => (cell(copy).p90 = 0.2))).to.throw(/p90 is the quantile of that name/);
  });

  it('a larger order that costs less is refused', () => {
    const swap = (copy: Loose) => {
      const costs = inside(sessionsOf(copy), 'tokyo');
      const [small, large] = costs.slippageBps as Loose[];
      costs.slippageBps = [
        { ...large, notional: small.notional },
        { ...small, notional: large.notional },
      ];
    };
    expect(() => loadAltered(swap)).to.throw(InputError, /larger order never costs less/);
  });

  it('an unknown key is refused and the nearest known one named', () => {
    const rename = (copy: Loose) => {
      const entry = inside(copy, 'instruments', 'EURUSD');
      entry.venu = entry.venue;
    };
    expect(() => loadAltered(rename)).to.throw(InputError, /did you mean 'venue'/);
  });

  it('another schema version is refused', () => {
    expect(() => loadAltered((copy) => (copy.schemaVersion = 3))).to.throw(InputError, /schemaVersion/);
  });

  it('a table of version 1 is read: its hash is checked as it was written, what it never measured is null', () => {
    withFolder((dir) => {
      const old = toVersion1();
      expect(loadExecutionTable(writeText(dir, 'old.json', JSON.stringify(old)))).to.deep.equal(table);
      inside(sessionsOf(old), 'london', 'halfSpreadBps').mean = 0.01;
      const edited = writeText(dir, 'edited.json', JSON.stringify(old));
      expect(() => loadExecutionTable(edited)).to.throw(InputError, /hash does not match/);
    });
  });

  it('missing files, torn JSON and pointers into nowhere are refused', () => {
    withFolder((dir) => {
      expect(() => loadExecutionTable(`${dir}/none.json`)).to.throw(InputError, /no such cost table/);
      const torn = writeText(dir, 'torn.json', JSON.stringify(table).slice(0, 500));
      expect(() => loadExecutionTable(torn)).to.throw(InputError, /not JSON/);
      const pointer = writeText(dir, 'pointer.json', '{"current":"execution_metrics_2020-01-01.json"}');
      expect(() => loadExecutionTable(pointer)).to.throw(InputError, /no such cost table/);
      const escape = writeText(dir, 'escape.json', '{"current":"../elsewhere.json"}');
      expect(() => loadExecutionTable(escape)).to.throw(InputError, /current/);
    });
  });

  it('an unknown instrument is answered with the known ones and the nearest', () => {
    expect(() => findInstrument(table, 'EURUDS')).to.throw(InputError, /are EURUSD.*did you mean 'EURUSD'/);
    expect(() => findInstrument(table, 'toString')).to.throw(InputError, /unknown instrument/);
  });
});
