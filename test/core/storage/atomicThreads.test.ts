import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const WRITES = 200;

/** Writes the same file over and over from a thread of its own, as two agents of a run write what they share. */
function hammer(path: string, content: string): Promise<number> {
  const module = new URL('../../../dist/core/storage/atomicFile.js', import.meta.url);
  expect(existsSync(module), 'dist is missing: npm test builds it').to.equal(true);
  const code = `import(${JSON.stringify(module.href)}).then(({ writeFileAtomic }) => {
    for (let i = 0; i < ${WRITES}; i++) writeFileAtomic(${JSON.stringify(path)}, ${JSON.stringify(content)});
  });`;
  return new Promise((resolve, reject) => {
    new Worker(code, { eval: true, execArgv: [] }).on('error', reject).on('exit', resolve);
  });
}

describe('core/storage/atomicFile, from several threads', () => {
  const folder = temporaryFolder();

  it("threads that write one file at once do not take each other's temporary file", async () => {
    const path = join(folder, 'shared.json');
    const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(5000));
    const codes = await Promise.all(contents.map((content) => hammer(path, content)));
    expect(codes).to.deep.equal([0, 0, 0]);
    expect(contents).to.include(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).to.deep.equal(['shared.json']);
  });
});
