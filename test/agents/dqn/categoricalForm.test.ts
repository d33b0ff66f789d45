import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { categoricalForm, projectCategorical, type CategoricalConfig } from '../../../agents/dqn/categoricalForm.ts';
import { gradients } from '../../../agents/nn/gradients.ts';
import { Graph } from '../../../agents/nn/graph.ts';
import { reduceSum } from '../../../agents/nn/ops/reduce.ts';
import { evaluateReference } from '../nn/helpers/referenceEngine.ts';

const CONFIG: CategoricalConfig = { numAtoms: 5, minValue: -2, maxValue: 2 };
const ATOMS = [-2, -1, 0, 1, 2];

function project(probabilities: readonly number[], reward: number, bootstrap: number): number[] {
  const graph = new Graph();
  const next = graph.input('next', [1, ATOMS.length]);
  const step = { next, reward: graph.input('reward', [1]), bootstrap: graph.input('bootstrap', [1]) };
  const feeds = { next: probabilities, reward: [reward], bootstrap: [bootstrap] };
  return [...evaluateReference(graph, [projectCategorical(step, CONFIG)], feeds)[0]];
}

/** The paper's algorithm 1, word for word. */
function algorithm1(probabilities: readonly number[], reward: number, bootstrap: number): number[] {
  const mass = [0, 0, 0, 0, 0];
  probabilities.forEach((p, j) => {
    const b = Math.min(2, Math.max(-2, reward + bootstrap * ATOMS[j])) + 2;
    const [l, u] = [Math.floor(b), Math.ceil(b)];
    if (l === u) mass[l] += p;
    else {
      mass[l] += p * (u - b);
      mass[u] += p * (b - l);
    }
  });
  return mass;
}

const mean = (probabilities: readonly number[]): number => probabilities.reduce((sum, p, i) => sum + p * ATOMS[i], 0);
const near = (found: readonly number[], wanted: readonly number[]): void =>
  wanted.forEach((value, i) => expect(found[i]).to.be.closeTo(value, 1e-6));

describe('agents/dqn/categoricalForm', () => {
  it('the projection is the algorithm of the paper, and keeps the mean while nothing falls outside', () => {
    const weights = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(weights, number(-3, 3), number(0, 1), (raw, reward, bootstrap) => {
        const total = raw.reduce((a, b) => a + b, 0);
        const p = raw.map((value) => value / total);
        const found = project(p, reward, bootstrap);
        near(found, algorithm1(p, reward, bootstrap));
        expect(found.reduce((a, b) => a + b, 0)).to.be.closeTo(1, 1e-6);
        if (Math.abs(reward) + 2 * bootstrap <= 2)
          expect(mean(found)).to.be.closeTo(reward + bootstrap * mean(p), 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('an end is worth what it pays; what falls between atoms is shared, what falls outside counts as the last', () => {
    const p = [0.2, 0.2, 0.2, 0.2, 0.2];
    near(project(p, 1, 0), [0, 0, 0, 1, 0]);
    near(project(p, 0.25, 0), [0, 0, 0.75, 0.25, 0]);
    near(project(p, 7, 1), [0, 0, 0, 0, 1]);
    expect(mean(project(p, 7, 1))).to.be.lessThan(7); // support too narrow: the mean is not kept
  });

  it('the loss is the divergence: zero where the target is met, and its gradient is softmax minus target', () => {
    const graph = new Graph();
    const chosen = graph.input('chosen', [1, 5]);
    const step = {
      chosen,
      next: graph.input('next', [1, 5]),
      reward: graph.input('reward', [1]),
      bootstrap: graph.input('bootstrap', [1]),
    };
    const { loss } = categoricalForm(CONFIG).error(step);
    const fetches = [loss, ...gradients(reduceSum(loss), [chosen])];
    const logits = [0.3, -1, 0.2, 2, -0.5];
    const soft = logits.map((value) => Math.exp(value) / logits.reduce((sum, other) => sum + Math.exp(other), 0));
    const same = { chosen: logits, next: logits, reward: [0], bootstrap: [1] };
    const [zero, still] = evaluateReference(graph, fetches, same);
    expect(zero[0]).to.be.closeTo(0, 1e-9);
    near([...still], [0, 0, 0, 0, 0]);
    const moved = { ...same, reward: [1], bootstrap: [0] };
    const [wrong, gradient] = evaluateReference(graph, fetches, moved);
    expect(wrong[0]).to.be.closeTo(-Math.log(soft[3]), 1e-6);
    near(
      [...gradient],
      soft.map((value, i) => value - Number(i === 3)),
    );
    expect(() => gradients(reduceSum(loss), [step.next])).to.throw(/does not depend/);
  });

  it('values are the means of the histograms', () => {
    const graph = new Graph();
    const outputs = graph.input('outputs', [1, 2, 5]);
    const flat = [0, 0, 0, 0, 0];
    const sure = [0, 0, 0, 50, 0];
    const [values] = evaluateReference(graph, [categoricalForm(CONFIG).values(outputs)], {
      outputs: [...flat, ...sure],
    });
    near([...values], [0, 1]);
  });
});
