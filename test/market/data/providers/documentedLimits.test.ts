import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { PROVIDERS } from '../../../../market/data/providers/providers.ts';

/** What `docs/providers.md` says of each provider: the fifth cell of its row begins with requests or weight a minute. */
function documentedLimits(): Record<string, number> {
  const text = readFileSync(new URL('../../../../docs/providers.md', import.meta.url), 'utf8');
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const named = rows.filter((cells) => PROVIDERS.has(cells[1]?.replaceAll('`', '') ?? ''));
  return Object.fromEntries(
    named.map((cells) => [cells[1].replaceAll('`', ''), Number(/^[\d,]+/.exec(cells[5])?.[0].replace(',', ''))]),
  );
}

describe('limits of the providers', () => {
  it('are by default those that the documentation states', () => {
    const own = Object.fromEntries([...PROVIDERS].map(([name, { limit }]) => [name, limit.weightPerMinute]));
    expect(own).to.deep.equal(documentedLimits());
    expect(own).to.include({ binance: 1200, yahoo: 60, alphavantage: 5 });
  });
});
