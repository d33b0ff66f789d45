import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startRegimen } from '../helpers/regimenCommand.ts';

describe('interruption', function () {
  this.timeout(30_000);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`a command with nothing to save is ended at once by ${signal}, however busy it is`, async () => {
      const child = startRegimen('bench', 'env', '--json');
      await sleep(1_500);
      const sent = Date.now();
      child.kill(signal);
      const [code, by] = await new Promise<[number | null, string | null]>((resolve) =>
        child.on('exit', (...ending) => resolve(ending)),
      );
      expect([code, by]).to.deep.equal([null, signal]);
      expect(Date.now() - sent).to.be.lessThan(3_000);
    });
  }
});
