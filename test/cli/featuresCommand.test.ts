import { expect } from 'chai';
import { describe, it } from 'mocha';
import { main } from '../../cli/main.ts';
import { regimen } from '../helpers/regimenCommand.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const folder = temporaryFolder();

async function run(...args: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    isTTY: false,
    write: (text: string) => ((written[name] += text), true),
  });
  const streams = { stdout: stream('stdout'), stderr: stream('stderr') };
  return { code: await main(['features', ...args, '--runs-dir', folder], {}, streams), ...written };
}

describe('regimen features', () => {
  it('--stats says what features stats says, in words and as JSON', async () => {
    const stats = await run('stats');
    expect(stats).to.include({ code: 0, stderr: '' });
    expect(stats.stdout).to.contain('0 files').and.to.contain('nothing was looked up');
    expect(await run('--stats')).to.deep.equal(stats);
    expect(await run('--stats', '--json')).to.deep.equal(await run('stats', '--json'));
  });

  it('alone is refused with the commands that there are', () => {
    const { code, stderr } = regimen('features');
    expect(code, stderr).to.equal(2);
    for (const name of ['show', 'probe', 'build', 'stats']) expect(stderr).to.contain(`features ${name}`);
  });
});
