import { expect } from 'chai';
import { describe, it } from 'mocha';
import { PrioritizedSampler } from '../../../agents/replay/prioritizedSampler.ts';
import { createRng } from '../../../core/rng.ts';

const make = (priorityExponent: number) =>
  new PrioritizedSampler({ capacity: 64, priorityExponent, rng: createRng(1) });

/** Errors 1 to 4 on slots 0 to 3, beside the closed form of their probabilities. */
function withErrors(priorityExponent: number) {
  const sampler = make(priorityExponent);
  const slots = Int32Array.of(0, 1, 2, 3);
  for (const slot of slots) sampler.add(slot);
  sampler.update(slots, [1, -2, 3, -4]);
  const shares = [1, 2, 3, 4].map((error) => error ** priorityExponent);
  const total = shares.reduce((a, b) => a + b, 0);
  return { sampler, shares: shares.map((share) => share / total) };
}

describe('agents/replay/prioritizedSampler', () => {
  it('a slot is as probable as its error to the priority exponent', () => {
    for (const exponent of [0, 0.6, 1]) {
      const { sampler, shares } = withErrors(exponent);
      shares.forEach((share, slot) => expect(sampler.probability(slot)).to.be.closeTo(share, 1e-6));
    }
  });

  it('exponent 0 draws every slot alike; exponent 1 does not', () => {
    const frequency = (exponent: number) => {
      const { sampler } = withErrors(exponent);
      const slots = new Int32Array(10);
      let zeros = 0;
      for (let k = 0; k < 2000; k++) {
        sampler.sample(1, slots, new Float32Array(10));
        zeros += slots.filter((slot) => slot === 0).length;
      }
      return zeros / 20_000;
    };
    expect(frequency(0)).to.be.closeTo(0.25, 0.005);
    expect(frequency(1)).to.be.closeTo(0.1, 0.005);
  });

  it('weights undo the preference: at importance exponent 1 a weighted mean is the plain mean, at 0 it is not', () => {
    const estimate = (importanceExponent: number) => {
      const { sampler } = withErrors(1);
      const slots = new Int32Array(64);
      const weights = new Float32Array(64);
      let [sum, mass] = [0, 0];
      for (let k = 0; k < 500; k++) {
        sampler.sample(importanceExponent, slots, weights);
        slots.forEach((slot, i) => {
          sum += weights[i] * (slot + 1);
          mass += weights[i];
        });
        expect(Math.max(...weights)).to.equal(1);
      }
      return sum / mass;
    };
    expect(estimate(1)).to.be.closeTo(2.5, 0.02); // mean of 1, 2, 3, 4
    expect(estimate(0)).to.be.closeTo(3, 0.02); // (1 + 4 + 9 + 16) / 10
  });

  it('a new slot enters at the highest priority seen, and a removed one is never drawn', () => {
    const { sampler } = withErrors(1);
    sampler.add(9);
    expect(sampler.probability(9)).to.be.closeTo(4 / 14, 1e-6);
    sampler.remove(9);
    sampler.remove(3);
    const slots = new Int32Array(600);
    sampler.sample(1, slots, new Float32Array(600));
    expect(new Set(slots)).to.deep.equal(new Set([0, 1, 2]));
  });

  it('a restored sampler draws what the original would have', () => {
    const { sampler } = withErrors(0.6);
    const draw = (from: PrioritizedSampler) => {
      const slots = new Int32Array(20);
      from.sample(0.5, slots, new Float32Array(20));
      return [...slots];
    };
    draw(sampler);
    const again = make(0.6);
    again.restore(sampler.save());
    expect(draw(again)).to.deep.equal(draw(sampler));
  });
});
