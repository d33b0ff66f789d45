import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { queryParquet } from '../../core/storage/parquet.ts';
import { describeParquet } from '../../core/storage/parquetColumns.ts';
import type { Evaluation } from '../../evaluation/evaluation.ts';
import { regimenJson } from '../helpers/regimenCommand.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const pathTo = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const config = pathTo('tiny.yaml');
const recompute = pathTo('../parity/recompute.py');

/** Every kind of gate but formulas, which a reader of the files would have to parse. */
const GATES = [
  ...['beatsBuyAndHold', 'beatsRandom', 'positiveAfterP90', 'maxDrawdown', 'deflatedSharpe', 'minTrades'],
  ...['perRegime'],
];
const gates = `evaluation.gates=[${GATES.map((kind) => `{kind: ${kind}}`).join(', ')}, {kind: positiveAfterP90, measure: excessReturn}]`;

/** Positions of any size with stops, profits, resting orders and funding; whole paths are resampled. */
const WITH_OPTIONS = [
  'name=options',
  'market.test.mixedPaths=5',
  'evaluation.bootstrap.minPathsToResample=4',
  'targetWeights={min: -2, max: 2, deadband: 0.05}',
  'agents=[{name: ppo, kind: ppo, totalSteps: 4000, numEnvs: 8, numSteps: 64, network: {kind: mlp, hidden: [16]}}]',
  'trading.stopLoss=0.02',
  'trading.takeProfit=0.02',
  'trading.order={kind: limit, offsetBps: 5, onExpiry: market, timeInForce: bars, bars: 2}',
  'trading.fundingRatePerBar=0.0001',
];

/** A Python that has numpy and a reader of Parquet; null where there is none. */
function findPython(): string | null {
  const candidates = [process.env['REGIMEN_PEERS_PYTHON'], 'python3', 'python'];
  const needed = "import numpy, importlib.util as u; assert u.find_spec('pyarrow') or u.find_spec('duckdb')";
  return candidates.find((name) => name !== undefined && spawnSync(name, ['-c', needed]).status === 0) ?? null;
}

describe('files of a judged run', function () {
  this.timeout(180_000);
  const runsDir = temporaryFolder();
  const python = findPython();
  const runs: string[] = [];
  const train = (...settings: readonly string[]) => {
    const sets = [gates, ...settings].flatMap((setting) => ['--set', setting]);
    return regimenJson<{ runDir: string }>('run', config, ...sets, '--runs-dir', runsDir).runDir;
  };
  const ask = (run: string) => {
    const { status, stdout, stderr } = spawnSync(python ?? '', ['-B', recompute, run], { encoding: 'utf8' });
    expect(stderr).to.equal('');
    return { status, ...(JSON.parse(stdout) as { compared: number; worst: number; differences: string[] }) };
  };
  const judgedIn = (run: string) => JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8')) as Evaluation;

  it('hold every walk of every judged policy, and trades that add up to its account', async () => {
    runs.push(train(), train(...WITH_OPTIONS));
    for (const run of runs) {
      const { agents, startEquity } = judgedIn(run);
      const walks = await queryParquet(
        join(run, 'ledgers.parquet'),
        `SELECT policy, "matchedTo", costs, replica, path, last(equity ORDER BY bar) AS equity, count(*)::INT AS bars
         FROM {path} GROUP BY ALL ORDER BY ALL`,
      );
      const { test } = agents[0];
      expect(walks).to.have.length(2 * test.paths * (agents.length + 2 + 2 * agents.length));
      const gains = await queryParquet(
        join(run, 'trades.parquet'),
        'SELECT policy, "matchedTo", costs, replica, path, sum(pnl) AS pnl FROM {path} GROUP BY ALL',
      );
      const key = (row: Record<string, unknown>) =>
        [row['policy'], row['matchedTo'], row['costs'], row['replica'], row['path']].join(' ');
      const pnl = new Map(gains.map((row) => [key(row), Number(row['pnl'])]));
      for (const walk of walks) {
        expect(pnl.get(key(walk)) ?? 0, key(walk)).to.be.closeTo(Number(walk['equity']) - startEquity, 1e-9);
      }
      expect(walks.reduce((bars, walk) => bars + Number(walk['bars']), 0)).to.equal(
        2 * test.bars * (3 * agents.length + 2),
      );
    }
    const [{ causes }] = await queryParquet(
      join(runs[1], 'fills.parquet'),
      'SELECT count(DISTINCT cause)::INT AS causes FROM {path}',
    );
    expect(causes).to.be.at.least(4);
  });

  it('name each random trader by its agent, and tell of one life', () => {
    const { agents, benchmarks } = judgedIn(runs[0]);
    expect(benchmarks.map(({ name }) => name)).to.deep.equal(['buyAndHold', 'flat', 'random (dqn)', 'random (ppo)']);
    for (const { matchedTo, lives, test } of benchmarks.slice(2)) {
      expect(agents.map(({ name }) => name)).to.include(matchedTo);
      expect(lives).to.equal(2);
      expect(test).to.include({ bars: agents[0].test.bars, paths: agents[0].test.paths });
    }
  });

  it('say in docs/results-files.md what each of their columns is', async () => {
    const docs = readFileSync(pathTo('../../docs/results-files.md'), 'utf8');
    for (const file of ['ledgers.parquet', 'fills.parquet', 'trades.parquet']) {
      const [, section] = docs.split(`## ${file}`);
      expect(section, file).to.be.a('string');
      for (const { name } of await describeParquet(join(runs[0], file))) expect(docs, name).to.contain(`\`${name}\``);
    }
  });

  it('give every figure and interval of the evaluation again, in Python, with nothing but them', function () {
    if (python === null) {
      console.warn('      skipped: no Python with numpy and pyarrow or duckdb; name one in REGIMEN_PEERS_PYTHON');
      return this.skip();
    }
    for (const run of runs) {
      const { status, compared, worst, differences } = ask(run);
      expect(differences).to.deep.equal([]);
      expect(status).to.equal(0);
      expect(compared).to.be.above(500);
      expect(worst).to.be.below(1e-9);
    }
  });

  it('and tell when a stated interval, figure or gate is not what they say', function () {
    if (python === null) return this.skip();
    const changes: readonly [string, (text: string) => string][] = [
      [
        'lowerBps',
        (text) => text.replace(/"lowerBps": (-?[\d.e-]+)/, (_, value) => `"lowerBps": ${Number(value) + 1e-4}`),
      ],
      ['maxDrawdown', (text) => text.replace(/"maxDrawdown": -0/, '"maxDrawdown": -1')],
      ['passed', (text) => text.replace(/"passed": false/, '"passed": true')],
    ];
    for (const [what, change] of changes) {
      const copy = join(runsDir, `changed-${what}`);
      cpSync(runs[0], copy, { recursive: true });
      const file = join(copy, 'evaluation.json');
      writeFileSync(file, change(readFileSync(file, 'utf8')));
      const { status, differences } = ask(copy);
      expect(status).to.equal(1);
      expect(differences.join('\n')).to.contain(what);
    }
  });

  it('are as few as the config asks for', async () => {
    const short = ['agents.0.totalSteps=600', 'agents.1.totalSteps=512'];
    const lean = train('name=lean', 'evaluation.ledgers=withoutRandom', ...short);
    const policies = await queryParquet(
      join(lean, 'ledgers.parquet'),
      'SELECT DISTINCT policy FROM {path} ORDER BY policy',
    );
    expect(policies.map(({ policy }) => policy)).to.deep.equal(['buyAndHold', 'dqn', 'flat', 'ppo']);
  });
});
