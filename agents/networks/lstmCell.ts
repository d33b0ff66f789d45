/** Long short-term memory, one step. Paper: https://www.bioinf.jku.at/publications/older/2604.pdf */

import { fanInUniform, orthogonal, type Initializer } from '../nn/initializers.ts';
import { dense, type DenseLayer } from '../nn/layers.ts';
import { add, mul } from '../nn/ops/arithmetic.ts';
import { matmul } from '../nn/ops/matmul.ts';
import { sigmoid, tanh } from '../nn/ops/pointwise.ts';
import { split } from '../nn/ops/shaping.ts';
import type { Tensor } from '../nn/tensor.ts';

/** What a cell carries from step to step; both (batch, units). */
export interface LstmState {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

export interface LstmCell {
  /** The part of the gates that depends on the input alone, for many steps in one product. @param x (..., inputs) @returns (..., 4 * units) */
  project(x: Tensor): Tensor;
  /** @param projected (batch, 4 * units) @param state null: zeros */
  step(projected: Tensor, state: LstmState | null): LstmState;
}

/**
 * Gates lie in the order input, forget, candidate, output.
 *
 * @param horizonBars steps that the cell should be able to remember from the start
 * @param layer makes what reads the input; what reads the carried state is a plain matrix
 */
export function lstmCell(name: string, units: number, horizonBars: number, layer: DenseLayer = dense): LstmCell {
  return {
    project: (x) =>
      layer(x, {
        name: `${name}/input`,
        units: 4 * units,
        initializer: fanInUniform,
        biasInitializer: chronoBias(horizonBars),
      }),
    step(projected, state) {
      const { graph } = projected;
      return graph.scope(name, () => {
        // Declared even where the state is zero, so that every graph knows the same parameters.
        const weight = graph.parameter(`${name}/recurrent/weight`, [units, 4 * units], orthogonal());
        const gates = state === null ? projected : add(projected, matmul(state.hidden, weight));
        const [input, forget, candidate, output] = split(gates, 1, [units, units, units, units]);
        const admitted = mul(sigmoid(input), tanh(candidate));
        const cell = state === null ? admitted : add(mul(sigmoid(forget), state.cell), admitted);
        return { hidden: mul(sigmoid(output), tanh(cell)), cell };
      });
    },
  };
}

/**
 * Forget gates that hold from 2 to `horizonBars` steps, input gates that open as rarely: what is far back can be learned from the start.
 *
 * Paper: https://arxiv.org/abs/1804.11188
 */
const chronoBias =
  (horizonBars: number): Initializer =>
  ([length], rng) => {
    const units = length / 4;
    const bias = new Float32Array(length);
    for (let i = 0; i < units; i++) {
      const hold = Math.log(1 + rng.next() * Math.max(0, horizonBars - 2));
      bias[i] = -hold;
      bias[units + i] = hold;
    }
    return bias;
  };
