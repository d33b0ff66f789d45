import { expect } from 'chai';
import { describe, it } from 'mocha';
import seedrandom from 'seedrandom';
import { digest } from '../../core/hash.ts';
import { createRng } from '../../core/rng.ts';
import { RngColumns } from '../../core/rngColumns.ts';

const draw = (rng: { next(): number }, count: number) => Array.from({ length: count }, () => rng.next());

describe('core/rng', () => {
  it('the stream is seedrandom alea of the path, number for number', () => {
    expect(draw(createRng(42), 100)).to.deep.equal(draw({ next: seedrandom.alea(digest('42')) }, 100));
  });

  it('the same seed gives the same stream, another seed another', () => {
    expect(draw(createRng(7), 10)).to.deep.equal(draw(createRng(7), 10));
    expect(draw(createRng(7), 10)).not.to.deep.equal(draw(createRng(8), 10));
  });

  it('a fork does not depend on how much was drawn before it, nor on other forks', () => {
    const early = createRng(1).fork('a');
    const parent = createRng(1);
    draw(parent, 5);
    draw(parent.fork('b'), 3);
    expect(draw(parent.fork('a'), 10)).to.deep.equal(draw(early, 10));
    expect(draw(createRng(1).fork('b'), 10)).not.to.deep.equal(draw(createRng(1).fork('a'), 10));
  });

  it('a restored stream goes on where it was saved', () => {
    const rng = createRng(3);
    rng.normal();
    const saved = rng.save();
    const ahead = draw(rng, 20);
    const restored = createRng(3);
    restored.restore(saved);
    expect(draw(restored, 20)).to.deep.equal(ahead);
  });

  it('columns give exactly the streams they are named after, whatever their neighbors draw', () => {
    const columns = new RngColumns(['9/env0', '9/env1']);
    const alone = createRng(9).fork('env1');
    for (let i = 0; i < 50; i++) {
      columns.next(0);
      expect(columns.next(1)).to.equal(alone.next());
    }
    const saved = columns.save();
    const ahead = columns.next(0);
    columns.restore(saved);
    expect(columns.next(0)).to.equal(ahead);
  });

  it('several numbers drawn at once are those that are drawn one by one, and so are the next', () => {
    const [atOnce, oneByOne] = [new RngColumns(['9/env0', '9/env1']), new RngColumns(['9/env0', '9/env1'])];
    const drawn = new Float64Array(3);
    for (const i of [1, 0, 1]) {
      atOnce.fill(i, drawn);
      expect([...drawn]).to.deep.equal([oneByOne.next(i), oneByOne.next(i), oneByOne.next(i)]);
    }
    expect(atOnce.next(1)).to.equal(oneByOne.next(1));
  });
});
