import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { gradients } from '../../../agents/nn/gradients.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { LOWERINGS } from '../../../agents/nn/onnx/lowering.ts';
import { mul } from '../../../agents/nn/ops/arithmetic.ts';
import { reduceSum } from '../../../agents/nn/ops/reduce.ts';
import { createOrtEngine } from '../../../agents/nn/ort/ortEngine.ts';
import { sizeOf, type Tensor } from '../../../agents/nn/tensor.ts';
import { Variables } from '../../../agents/nn/variables.ts';
import { createRng, type Rng } from '../../../core/rng.ts';
import { OP_CASES, type OpCase, type Sizes } from './helpers/opCases.ts';
import { evaluateReference, type ReferenceFeeds } from './helpers/referenceEngine.ts';

const STEP = 1e-5;
const drawn = fc.record({
  sizes: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 })),
  seed: fc.nat(),
});

interface Built {
  readonly graph: Graph;
  readonly out: Tensor;
  readonly inputs: readonly Tensor[];
  readonly loss: Tensor;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

/** The op, and a loss that weighs every element of its output differently. */
function buildCase({ build, positive = false }: OpCase, sizes: Sizes, rng: Rng): Built {
  const graph = new Graph();
  const out = build(graph, sizes);
  const weights = Array.from({ length: sizeOf(out.shape) }, () => rng.normal());
  const loss = reduceSum(mul(out, graph.constant(weights, out.shape.map(Number))));
  const feeds = Object.fromEntries(
    [...graph.inputs].map(([name, { shape }]) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, () => (positive ? 0.2 + 1.8 * rng.next() : rng.normal())),
    ]),
  );
  return { graph, out, inputs: [...graph.inputs.values()], loss, feeds };
}

/** Central differences of the loss by one input, in double precision. */
function differences({ graph, loss }: Built, feeds: ReferenceFeeds, name: string): number[] {
  const lossAt = (i: number, shift: number): number => {
    const moved = Float64Array.from(feeds[name]);
    moved[i] += shift;
    return evaluateReference(graph, [loss], { ...feeds, [name]: moved })[0][0];
  };
  return Array.from(feeds[name], (_, i) => (lossAt(i, STEP) - lossAt(i, -STEP)) / (2 * STEP));
}

function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number, what: string): void {
  expect(actual.length, what).to.equal(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const limit = tolerance * Math.max(1, Math.abs(wanted[i]));
    expect(Math.abs(actual[i] - wanted[i]), `${what}[${i}]: ${actual[i]} against ${wanted[i]}`).to.be.at.most(limit);
  }
}

describe('ops', () => {
  const engine = createOrtEngine();

  for (const [name, opCase] of Object.entries(OP_CASES)) {
    if (opCase.opaque !== true && name !== 'stopGradient') {
      it(`the gradient of ${name} is what finite differences say`, () => {
        fc.assert(
          fc.property(drawn, ({ sizes, seed }) => {
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

    it(`the engine computes ${name}${opCase.opaque === true ? '' : ' and its gradient'} as the reference does`, async () => {
      await fc.assert(
        fc.asyncProperty(drawn, async ({ sizes, seed }) => {
          const built = buildCase(opCase, sizes, createRng(seed));
          const fetched = [built.out, ...(opCase.opaque === true ? [] : gradientsOf(built))];
          const wanted = evaluateReference(built.graph, fetched, built.feeds);
          const fetches = Object.fromEntries(fetched.map((tensor, i) => [`f${i}`, tensor]));
          const executable = await engine.compile({ graph: built.graph, fetches }, new Variables());
          const got = executable.run(built.feeds);
          executable.dispose();
          wanted.forEach((values, i) => expectClose(got[`f${i}`], values, 2e-5, `${name} ${i}`));
        }),
        { numRuns: 8 },
      );
    });
  }

  it('every op that has an ONNX form is among the cases', () => {
    const built = Object.values(OP_CASES).map((opCase) => buildCase(opCase, [2, 3, 2], createRng(0)).graph);
    const seen = new Set(built.flatMap(({ nodes }) => nodes.map(({ op }) => op.name)));
    expect(Object.keys(LOWERINGS).filter((name) => !seen.has(name))).to.deep.equal([]);
  });

  it('a stopped gradient is not what finite differences say', () => {
    const built = buildCase(OP_CASES.stopGradient, [2, 3, 1], createRng(1));
    const [byX] = evaluateReference(built.graph, gradientsOf(built), built.feeds);
    const moved = differences(built, built.feeds, 'x');
    // x stop(x^2) grows as 3 x^2, but its gradient is said to be x^2.
    byX.forEach((value, i) => expect(moved[i] / value).to.be.closeTo(3, 1e-5));
  });
});

/** The inputs that the loss depends on through differentiable ops: `y` of an argMax is not one. */
function differentiable({ inputs, loss }: Built): Tensor[] {
  return inputs.filter((input) => {
    try {
      gradients(loss, [input]);
      return true;
    } catch {
      return false;
    }
  });
}

const gradientsOf = (built: Built): Tensor[] => gradients(built.loss, differentiable(built));
