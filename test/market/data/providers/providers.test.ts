import { expect } from 'chai';
import { describe, it } from 'mocha';
import { checkInterval, findProvider, PROVIDERS } from '../../../../market/data/providers/providers.ts';
import { refusal } from '../../../helpers/refusal.ts';
import { FAKES } from './fakeProviders.ts';
import { testProviderContract } from './providerContract.ts';

for (const fake of FAKES) testProviderContract(fake, { hasVolume: fake.name !== 'coingecko' });

describe('the map of providers', () => {
  it('every provider is under the contract', () => {
    expect([...PROVIDERS.keys()].sort()).to.deep.equal(FAKES.map(({ name }) => name).sort());
  });

  it('an unknown name is refused with the known ones and the nearest', async () => {
    expect(await refusal(() => findProvider('binanse')))
      .to.include("did you mean 'binance'?")
      .and.include('coingecko');
  });

  it('an unknown timeframe is refused with the known ones, even one that every object has', async () => {
    const binance = findProvider('binance');
    expect(await refusal(() => checkInterval(binance, '7m')))
      .to.include('1m, 3m, 5m')
      .and.include('1M');
    await refusal(() => checkInterval(binance, 'toString'));
  });

  it('a missing API key is refused by the name of its variable', async () => {
    for (const provider of PROVIDERS.values()) {
      const fake = FAKES.find(({ name }) => name === provider.name);
      const [variable] = Object.keys(fake?.environment ?? {});
      if (variable === undefined) provider.access({}, '1d');
      else expect(await refusal(() => provider.access({ [variable]: ' ' }, '1d'))).to.include(variable);
    }
  });
});
