import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRng } from '../../../core/rng.ts';
import { cutStretches, spreadStretches, stretchesOfSlab } from '../../../experiments/slabs/stretches.ts';

const WARMUP = 10;
const length = ({ from, to }: { from: number; to: number }) => to - from;

/** Segments with gaps between them, longest stretch, and how many of those a slab holds. */
const parts = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 }),
  maxRows: fc.integer({ min: WARMUP + 3, max: 200 }),
  perSlab: fc.integer({ min: 1, max: 5 }),
});

const lay = (lengths: readonly number[]) => {
  let at = 0;
  return lengths.map((rows) => {
    const from = at;
    at += rows + 5;
    return { from, to: from + rows };
  });
};

describe('stretches of a training part', () => {
  it('live every row past the warm-up of its segment exactly once, and never leave their segment', () => {
    fc.assert(
      fc.property(parts, ({ lengths, maxRows }) => {
        const segments = lay(lengths);
        const lived = new Map<number, number>();
        for (const stretch of cutStretches(segments, WARMUP, maxRows)) {
          expect(length(stretch)).to.be.at.most(maxRows).and.above(WARMUP);
          expect(segments.some(({ from, to }) => stretch.from >= from && stretch.to <= to)).to.equal(true);
          for (let row = stretch.from + WARMUP; row < stretch.to; row++) lived.set(row, (lived.get(row) ?? 0) + 1);
        }
        const expected = segments
          .filter((segment) => length(segment) >= WARMUP + 2)
          .flatMap(({ from, to }) => Array.from({ length: to - from - WARMUP }, (_, i) => from + WARMUP + i));
        expect([...lived.keys()].sort((a, b) => a - b)).to.deep.equal(expected);
        expect([...lived.values()].every((times) => times === 1)).to.equal(true);
      }),
    );
  });

  it('fit in their slab, and each epoch goes through all of them once, in another order', () => {
    fc.assert(
      fc.property(parts, ({ lengths, maxRows, perSlab }) => {
        const stretches = cutStretches(lay([...lengths, 900]), WARMUP, maxRows);
        const capacity = perSlab * maxRows;
        const rng = createRng(1);
        let seen: number[] = [];
        for (let number = 0, epoch = 0; epoch < 2; number++) {
          const slab = stretchesOfSlab(stretches, capacity, rng, number);
          expect(slab.reduce((sum, stretch) => sum + length(stretch), 0)).to.be.at.most(capacity);
          seen = [...seen, ...slab.map(({ from }) => from)];
          if (seen.length < stretches.length) continue;
          expect([...seen].sort((a, b) => a - b)).to.deep.equal(stretches.map(({ from }) => from));
          seen = [];
          epoch += 1;
        }
      }),
      { numRuns: 15 },
    );
  });

  it('are ordered by the seed alone: the same one gives the same slab, another one another', () => {
    const stretches = cutStretches([{ from: 0, to: 100_000 }], WARMUP, 500);
    const slab = (seed: number, number: number) => stretchesOfSlab(stretches, 5_000, createRng(seed), number);
    expect(slab(1, 37)).to.deep.equal(slab(1, 37));
    expect(slab(1, 37)).not.to.deep.equal(slab(2, 37));
    expect(slab(1, 37)).not.to.deep.equal(slab(1, 38));
  });

  it('are sampled all over the part, each once', () => {
    const stretches = cutStretches([{ from: 0, to: 100_000 }], WARMUP, 500);
    const sample = spreadStretches(stretches, 5_000, createRng(1));
    expect(sample).to.have.length(10);
    sample.forEach(({ from }, i) => expect(from).to.be.within(i * 10_000 - 500, (i + 1) * 10_000));
    expect(spreadStretches(stretches, 1e9, createRng(1))).to.have.members(stretches);
    expect(spreadStretches(stretches, 5_000, createRng(2))).not.to.deep.equal(sample);
  });
});
