/** Random numbers that a graph is fed: masks of dropout, noise of weights. Drawn from a saved stream, so that resume stays exact. */

import type { Rng } from '../../core/rng.ts';
import type { Resumable, Saved } from '../../core/saved.ts';
import type { Graph } from '../nn/graph.ts';
import { sizeOf, type Tensor } from '../nn/tensor.ts';

/** Declares random inputs of a graph and fills them; the same name again is the same input. */
export class Luck implements Resumable {
  /** What to feed beside everything else; filled anew by each {@link draw}. */
  readonly feeds: Record<string, Float32Array | Uint8Array> = {};
  readonly #rng: Rng;
  readonly #fills: (() => void)[] = [];

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  /** True with probability `keep`, each element apart. */
  mask(graph: Graph, name: string, shape: readonly number[], keep: number): Tensor {
    return this.#declare(graph, name, { shape, array: Uint8Array, draw: () => Number(this.#rng.next() < keep) });
  }

  /** Standard normal, each element apart. */
  normal(graph: Graph, name: string, shape: readonly number[]): Tensor {
    return this.#declare(graph, name, { shape, array: Float32Array, draw: () => this.#rng.normal() });
  }

  draw(): void {
    for (const fill of this.#fills) fill();
  }

  save(): Saved {
    return this.#rng.save();
  }

  restore(saved: Saved): void {
    this.#rng.restore(saved);
  }

  #declare(graph: Graph, name: string, { shape, array, draw }: Source): Tensor {
    const input = `luck/${name}`;
    if (!(input in this.feeds)) {
      const values = new array(sizeOf(shape));
      this.feeds[input] = values;
      this.#fills.push(() => {
        for (let i = 0; i < values.length; i++) values[i] = draw();
      });
    }
    return graph.input(input, shape, array === Uint8Array ? 'bool' : 'float32');
  }
}

interface Source {
  readonly shape: readonly number[];
  readonly array: typeof Uint8Array | typeof Float32Array;
  readonly draw: () => number;
}
