import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { LOWERINGS } from '../../../agents/nn/onnx/lowering.ts';
import { KERNELS } from '../../../agents/nn/tfjs/kernels.ts';
import { createRng } from '../../../core/rng.ts';
import { buildCase, differentiable, drawnCase, expectClose, gradientsOf, type BuiltCase } from './helpers/builtCase.ts';
import { OP_CASES } from './helpers/opCases.ts';
import { evaluateReference, type ReferenceFeeds } from './helpers/referenceEngine.ts';

const STEP = 1e-5;

/** Central differences of the loss by one input, in double precision. */
function differences({ graph, loss }: BuiltCase, feeds: ReferenceFeeds, name: string): number[] {
  const lossAt = (i: number, shift: number): number => {
    const moved = Float64Array.from(feeds[name]);
    moved[i] += shift;
    return evaluateReference(graph, [loss], { ...feeds, [name]: moved })[0][0];
  };
  return Array.from(feeds[name], (_, i) => (lossAt(i, STEP) - lossAt(i, -STEP)) / (2 * STEP));
}

describe('ops', () => {
  for (const [name, opCase] of Object.entries(OP_CASES)) {
    if (opCase.opaque !== true && name !== 'stopGradient') {
      it(`the gradient of ${name} is what finite differences say`, () => {
        fc.assert(
          fc.property(drawnCase, ({ sizes, seed }) => {
            const built = buildCase(opCase, sizes, createRng(seed));
            const byInput = evaluateReference(built.graph, gradientsOf(built), built.feeds);
            expect(byInput, 'differentiable inputs').not.to.be.empty;
            differentiable(built).forEach(({ attributes }, i) => {
              const input = String(attributes.name);
              expectClose(byInput[i], differences(built, built.feeds, input), 1e-6, `${name} by ${input}`);
            });
          }),
          { numRuns: 15 },
        );
      });
    }
  }

  it('every op that an engine knows is among the cases, and both engines know the same', () => {
    const built = Object.values(OP_CASES).map((opCase) => buildCase(opCase, [2, 3, 2], createRng(0)).graph);
    const seen = new Set(built.flatMap(({ nodes }) => nodes.map(({ op }) => op.name)));
    expect(Object.keys(LOWERINGS).filter((name) => !seen.has(name))).to.deep.equal([]);
    expect(Object.keys(KERNELS).sort()).to.deep.equal(Object.keys(LOWERINGS).sort());
  });

  it('a stopped gradient is not what finite differences say', () => {
    const built = buildCase(OP_CASES.stopGradient, [2, 3, 1], createRng(1));
    const [byX] = evaluateReference(built.graph, gradientsOf(built), built.feeds);
    const moved = differences(built, built.feeds, 'x');
    // x stop(x^2) grows as 3 x^2, but its gradient is said to be x^2.
    byX.forEach((value, i) => expect(moved[i] / value).to.be.closeTo(3, 1e-5));
  });
});
