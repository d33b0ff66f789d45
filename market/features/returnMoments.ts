/** Mean and variance of the last one-bar log returns. */

import type { BarChunk } from './feature.ts';
import { RollingMoments } from './rollingMoments.ts';
import { withRoom } from './scratch.ts';

export class ReturnMoments {
  readonly #returns: RollingMoments;
  #means: Float64Array = new Float64Array(0);
  #variances: Float64Array = new Float64Array(0);
  #previous = NaN;

  constructor(period: number) {
    this.#returns = new RollingMoments(period);
  }

  /** @returns (length) population variance of the returns up to each bar, overwritten by the next call */
  advance({ length, logClose }: BarChunk): Float64Array {
    const returns = (this.#means = withRoom(this.#means, length));
    const variances = (this.#variances = withRoom(this.#variances, length));
    let previous = this.#previous === this.#previous ? this.#previous : logClose[0];
    // The first bar's return is none and counts as 0, for one row more than the warm-up has.
    for (let row = 0; row < length; row++) {
      returns[row] = logClose[row] - previous;
      previous = logClose[row];
    }
    this.#previous = previous;
    this.#returns.advance(returns, length, returns, variances);
    return variances;
  }
}
