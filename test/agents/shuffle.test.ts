import { expect } from 'chai';
import { describe, it } from 'mocha';
import { shuffle } from '../../agents/shuffle.ts';
import { createRng } from '../../core/rng.ts';

describe('agents/shuffle', () => {
  it('a shuffle loses nothing and every order is equally likely', () => {
    const rng = createRng(2);
    const counts = new Map<string, number>();
    for (let k = 0; k < 12_000; k++) {
      const order = Int32Array.of(0, 1, 2);
      shuffle(rng, order);
      counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1);
    }
    expect(counts.size).to.equal(6);
    for (const count of counts.values()) expect(count / 2000).to.be.closeTo(1, 0.1);
  });
});
