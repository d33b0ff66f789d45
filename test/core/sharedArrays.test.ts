import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { shareArrays } from '../../core/sharedArrays.ts';

/** Adds one to every number of the tree's first array, and says so. */
const ADD_ONE = `
  const { parentPort, workerData } = require('node:worker_threads');
  workerData.a.forEach((value, i) => (workerData.a[i] = value + 1));
  parentPort.postMessage('done');
`;

const addOneElsewhere = (tree: unknown) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(ADD_ONE, { eval: true, workerData: tree });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

describe('arrays in shared memory', () => {
  const tree = {
    a: Float64Array.of(1, 2, 3).subarray(1),
    nested: [{ b: Float32Array.of(0.5), c: Uint8Array.of(7), d: Int32Array.of(-1), e: Uint32Array.of(9) }],
    text: 'as it is',
    none: null,
  };

  it('keep kind, values and everything beside them; those already shared are not copied', () => {
    const shared = shareArrays(tree);
    expect(shared).to.deep.equal(tree);
    expect(shared.a.buffer).to.be.instanceOf(SharedArrayBuffer);
    expect(shared.a.byteLength).to.equal(shared.a.buffer.byteLength);
    expect(shared.nested[0].d.buffer).to.be.instanceOf(SharedArrayBuffer);
    expect(shareArrays(shared).a).to.equal(shared.a);
  });

  it('are the same bytes in another thread; arrays that are not shared are copies there', async () => {
    const shared = shareArrays(tree);
    await addOneElsewhere(shared);
    expect([...shared.a]).to.deep.equal([3, 4]);
    await addOneElsewhere(tree);
    expect([...tree.a]).to.deep.equal([2, 3]);
  });
});
