import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { COMMANDS } from '../../cli/commandTable.ts';
import { renderConfigReference, renderRunSchema } from '../../cli/configReference.ts';
import { checkConfig } from '../../core/config.ts';
import { runConfig } from '../../experiments/runConfig.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('documentation', () => {
  it('the JSON schema and the config reference are those of the schemas; npm run docs renews them', () => {
    expect(read('configs/regimen.schema.json')).to.equal(renderRunSchema());
    expect(read('docs/config.md')).to.equal(renderConfigReference());
  });

  it('every field of the run config says what it means', () => {
    const rows = renderConfigReference()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.length).to.be.greaterThan(100);
    expect(rows.filter((row) => row.endsWith('|  |'))).to.deep.equal([]);
  });

  it('every shipped config is valid', () => {
    for (const name of ['quickstart', 'btc-1h']) checkConfig(runConfig, parse(read(`configs/${name}.yaml`)));
  });

  it('the README names every command', () => {
    const readme = read('README.md');
    const unnamed = COMMANDS.map(({ usage }) => usage.split(/ [<[]/)[0]).filter(
      (name) => !readme.includes(`regimen ${name}`),
    );
    expect(unnamed).to.deep.equal([]);
  });

  it('every relative link of the README leads somewhere', () => {
    const targets = [...read('README.md').matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target]) => target);
    expect(targets.length).to.be.greaterThan(3);
    const missing = targets.filter((target) => !existsSync(new URL(`../../${target}`, import.meta.url)));
    expect(missing).to.deep.equal([]);
  });
});
