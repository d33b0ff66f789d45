import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { regimen } from '../helpers/regimenCommand.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const config = fileURLToPath(new URL('tiny.yaml', import.meta.url));
const barsConfig = fileURLToPath(new URL('tinyBars.yaml', import.meta.url));

/** A sound hour-by-hour file, a line of which a test may spoil. */
function csv(spoil: (lines: string[]) => void = () => {}): string {
  const lines = ['timestamp,open,high,low,close,volume'];
  for (let hour = 0; hour < 2400; hour++) {
    const close = 100 + 10 * Math.sin(hour / 30);
    lines.push(`${Date.UTC(2020, 0, 1) + hour * 3_600_000},${close},${close + 1},${close - 1},${close},10`);
  }
  spoil(lines);
  return `${lines.join('\n')}\n`;
}

describe('bad input: one clear error, exit code 2, nothing left behind', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const runsDir = join(folder, 'runs');

  function refused(args: readonly string[], ...says: readonly (string | RegExp)[]): void {
    const { code, stdout, stderr } = regimen(...args, '--runs-dir', runsDir);
    expect(code, stdout + stderr).to.equal(2);
    for (const text of says)
      expect(stderr).to.match(text instanceof RegExp ? text : new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
    expect(stderr, 'a stack trace is no message').not.to.match(/\n\s+at /);
    expect(existsSync(runsDir) ? readdirSync(runsDir) : [], 'run folders left behind').to.deep.equal([]);
  }
  const set = (value: string, from = config) => ['run', from, '--set', value];

  it('a config with an unknown key names the nearest known one and its line', () => {
    const path = join(folder, 'unknown.yaml');
    writeFileSync(path, readFileSync(config, 'utf8').replace('numSteps: 64', 'numStep: 64'));
    refused(['run', path], /unknown\.yaml:\d+:\d+ agents\.1\.numStep: unknown key/, "did you mean 'numSteps'?");
  });

  it('a wrong type and impossible values name field, rule and value', () => {
    refused(set('seed=abc'), 'seed', 'got "abc"');
    refused(set('execution.takerFeeBps=-1'), 'execution.takerFeeBps', '>=0', 'got -1');
    refused(set('agents.0.gamma=1.5'), 'agents.0.gamma', 'got 1.5');
    refused(set('agents.0.kind=dqm'), 'dqn');
    refused(set('reward.scale=0'), 'reward.scale');
    refused(set('curriculum.stages.0.regimes=[sideways]'), 'curriculum.stages.0.regimes.0', 'sideways');
    refused(set('execution.instrument=BTCUSD T'), 'BTCUSD T', 'BTCUSDT');
  });

  it('networks and settings of agents that do not fit each other or the market', () => {
    refused(
      set('agents.0.network={kind: conv1d, kernel: 9}'),
      "agent 'dqn': online/conv0",
      'spans 9 bars, and 2 are left',
    );
    refused(set('agents.1.network={kind: attention, dModel: 10, numHeads: 4}'), 'numHeads divides dModel');
    refused(set('agents.1.numMinibatches=7'), 'numMinibatches', 'a divisor of numSteps * numEnvs');
    const bare = ['--set', 'agents.0.noisy=all', '--set', 'agents.0.network={kind: mlp, hidden: []}'];
    refused(['run', config, ...bare], 'noisy', 'hidden layers');
  });

  it('a gate whose formula cannot be read is refused before anything is trained', () => {
    refused(set('evaluation.gates=[{kind: formula, name: own, formula: "sharp > 1"}]'), 'sharp', 'sharpe');
  });

  it('a missing config, a config that is not YAML, an unknown command and a missing argument', () => {
    refused(['run', join(folder, 'none.yaml')], 'does not exist');
    const path = join(folder, 'broken.yaml');
    writeFileSync(path, 'name: [a\nseed: 1\n');
    refused(['run', path], /broken\.yaml:\d+:\d+/);
    refused(['trian', config], 'Did you mean train?');
    refused(['run'], 'command line');
    refused(['run', config, '--sett', 'a=1'], 'sett');
  });

  const spoiled: Readonly<Record<string, readonly [says: string | RegExp, spoil: (lines: string[]) => void]>> = {
    'a missing column': ['low', (lines) => (lines[0] = 'timestamp,open,high,close,volume')],
    'a cell that is no number': [
      /:8\b.*close|close.*:8\b|line 8/s,
      (lines) => (lines[7] = lines[7].replace(/,[\d.]+,10$/, ',abc,10')),
    ],
    NaN: ['NaN', (lines) => (lines[7] = lines[7].replace(/,[\d.]+,10$/, ',NaN,10'))],
    'timestamps out of order': [/order|before|increas/, (lines) => ([lines[7], lines[8]] = [lines[8], lines[7]])],
    'a timestamp twice': [/duplicate|twice|increas|same/, (lines) => (lines[8] = lines[7])],
    'high below low': [/high/, (lines) => (lines[7] = lines[7].replace(/^(\d+),.*/, '$1,100,90,95,100,10'))],
    'a price of zero': [
      /zero|> 0|above 0|positive/,
      (lines) => (lines[7] = lines[7].replace(/^(\d+),.*/, '$1,0,0,0,0,10')),
    ],
    'a negative price': [
      /zero|> 0|above 0|positive/,
      (lines) => (lines[7] = lines[7].replace(/^(\d+),.*/, '$1,-5,-4,-6,-5,10')),
    ],
    'no line at all': [/empty/, (lines) => (lines.length = 0)],
  };
  for (const [what, [says, spoil]] of Object.entries(spoiled)) {
    it(`bars with ${what}`, () => {
      const path = join(folder, 'spoiled.csv');
      writeFileSync(path, csv(spoil));
      refused(set(`market.file=${path}`, barsConfig), 'spoiled.csv', says);
    });
  }

  it('a gzip that is cut off, and a file that is not there', () => {
    const path = join(folder, 'cut.csv.gz');
    const whole = gzipSync(csv());
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    refused(set(`market.file=${path}`, barsConfig), 'cut.csv.gz');
    refused(set('market.file=nowhere.csv', barsConfig), 'nowhere.csv');
  });

  it('splits that are empty or overlap', () => {
    const path = join(folder, 'sound.csv');
    writeFileSync(path, csv());
    const args = ['run', barsConfig, '--set', `market.file=${path}`];
    refused(
      [...args, '--set', 'market.split.test.from=2031-01-01', '--set', 'market.split.test.to=2032-01-01'],
      'split.test',
      'empty',
    );
    refused([...args, '--set', 'market.split.validation.from=2020-02-01'], 'overlap');
    refused([...args, '--set', 'market.split.purgeBars=5000'], 'empty split');
  });

  it('prices that jump by a share split, with the lines to paste', () => {
    const path = join(folder, 'split.csv');
    const divide = (line: string) => {
      const [time, ...cells] = line.split(',').map(Number);
      return [time, ...cells.slice(0, 4).map((price) => price / 20), cells[4] * 20].join();
    };
    writeFileSync(
      path,
      csv((lines) => lines.splice(1700, Infinity, ...lines.slice(1700).map(divide))),
    );
    refused(
      set(`market.file=${path}`, barsConfig),
      'split.csv, 2020-03-11T19:00Z: prices jump as by a share split of 20:1',
      "market.repair: [{ kind: adjustSplits, splits: [{ from: 2020-03-11T19:00Z, ratio: '20:1' }] }]",
      'market.repair: [{ kind: keepJumps, at: [2020-03-11T19:00Z] }]',
    );
  });

  it('a run folder that is none, and one that was not judged', () => {
    refused(['resume', folder], 'config.json');
    refused(['resume', join(folder, 'none')], 'does not exist');
    refused(['compare', folder], 'not a run folder');
    refused(['live'], 'no champion');
    refused(['rollback'], 'champion');
    const half = join(folder, 'half');
    mkdirSync(half);
    writeFileSync(join(half, 'config.json'), '{}');
    writeFileSync(join(half, 'status.json'), '{}');
    refused(['report', half], 'missing value');
    refused(['compare', half], 'not judged yet');
  });
});
