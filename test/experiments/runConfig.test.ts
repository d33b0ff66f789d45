import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseConfig } from '../../core/config.ts';
import { runConfig } from '../../experiments/runConfig.ts';

const text = readFileSync(fileURLToPath(new URL('../e2e/tiny.yaml', import.meta.url)), 'utf8');

/** The tiny config on a range of weights, with two learners of numbers and this ensemble. */
const onRange = (ensemble: string) =>
  parseConfig(
    runConfig,
    { name: 'tiny.yaml', text },
    {
      overrides: [
        'targetWeights={ min: -1, max: 1 }',
        'agents=[{ name: a, kind: ppo }, { name: b, kind: ppo }]',
        `agents.2={ name: both, kind: ensemble, members: [a, b], ${ensemble} }`,
      ],
    },
  );

describe('the run config', () => {
  it('lets members average what they ask for of a range of weights, and does not count votes on numbers', () => {
    expect(onRange('vote: weighted').agents).to.have.length(3);
    expect(onRange('vote: meanScore').agents).to.have.length(3);
    expect(() => onRange('vote: majority')).to.throw(/agents\.2\.vote: .*no two members ask for the same weight/);
    expect(() => onRange('vote: meanScore, scale: standardized')).to.throw(/agents\.2\.scale: .*'asGiven'/);
  });
});
