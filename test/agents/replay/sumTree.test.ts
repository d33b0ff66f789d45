import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { SumTree } from '../../../agents/replay/sumTree.ts';
import { createRng } from '../../../core/rng.ts';

/** A tree of `capacity` leaves after some sets, beside the plain list that it must agree with. */
const updates = fc.integer({ min: 1, max: 700 }).chain((capacity) =>
  fc.record({
    capacity: fc.constant(capacity),
    sets: fc.array(
      fc.tuple(fc.nat(capacity - 1), fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e6, noNaN: true }))),
    ),
  }),
);

function build(capacity: number, sets: readonly (readonly [number, number])[]) {
  const tree = new SumTree(capacity);
  const leaves = new Float64Array(capacity);
  for (const [leaf, weight] of sets) {
    tree.set(leaf, weight);
    leaves[leaf] = weight;
  }
  return { tree, leaves };
}

describe('agents/replay/sumTree', () => {
  it('the total is the sum of the leaves, whatever was set before, duplicates included', () => {
    fc.assert(
      fc.property(updates, ({ capacity, sets }) => {
        const { tree, leaves } = build(capacity, sets);
        const total = leaves.reduce((a, b) => a + b, 0);
        expect(tree.total).to.be.closeTo(total, 1e-9 * (1 + total));
      }),
    );
  });

  it('find gives the leaf at which the running sum first exceeds the mass, never an empty one', () => {
    fc.assert(
      fc.property(updates, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ({ capacity, sets }, u) => {
        const { tree, leaves } = build(capacity, sets);
        fc.pre(tree.total > 0);
        const mass = u * tree.total;
        const found = tree.find(mass);
        expect(leaves[found]).to.be.greaterThan(0);
        const before = leaves.subarray(0, found).reduce((a, b) => a + b, 0);
        const slack = 1e-9 * tree.total;
        expect(before).to.be.at.most(mass + slack);
        expect(before + leaves[found]).to.be.at.least(mass - slack);
      }),
    );
  });

  it('a mass at or past the total still finds the last leaf that weighs something', () => {
    const { tree } = build(600, [
      [3, 1],
      [300, 2],
    ]);
    expect(tree.find(3)).to.equal(300);
    expect(tree.find(3.1)).to.equal(300);
    expect(tree.find(0)).to.equal(3);
  });

  it('a leaf is sampled in proportion to its weight', () => {
    const weights = [1, 0, 2, 5, 0.5, 0, 8, 3.5];
    const { tree } = build(
      2000,
      weights.map((weight, leaf) => [leaf * 137, weight] as const),
    );
    const counts = new Map<number, number>();
    const leaves = new Int32Array(50);
    const rng = createRng(1);
    for (let round = 0; round < 2000; round++) {
      tree.sampleStratified(rng, leaves);
      for (const leaf of leaves) counts.set(leaf, (counts.get(leaf) ?? 0) + 1);
    }
    weights.forEach((weight, leaf) =>
      expect((counts.get(leaf * 137) ?? 0) / 100_000).to.be.closeTo(weight / 20, 0.002),
    );
  });

  it('a restored tree is the same tree, and one of another size is refused', () => {
    const rng = createRng(4);
    const tree = new SumTree(1000);
    for (let k = 0; k < 5000; k++) tree.set(rng.int(1000), rng.next());
    const again = new SumTree(1000);
    again.restore(tree.save());
    expect(again.total).to.equal(tree.total);
    for (let k = 0; k < 200; k++)
      expect(again.find((tree.total * k) / 200)).to.equal(tree.find((tree.total * k) / 200));
    expect(() => new SumTree(999).restore(tree.save())).to.throw(/leaves/);
  });
});
