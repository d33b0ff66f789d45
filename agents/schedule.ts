/** Quantities that change along a run: exploration, learning rate, importance exponent. */

/** A straight line from `from` at step 0 to `to` at step `steps`, constant after it. */
export interface LinearSchedule {
  readonly from: number;
  readonly to: number;
  /** Environment steps over all envs. */
  readonly steps: number;
}

/** Value at `globalStep`; a schedule of no steps has arrived. */
export function scheduleAt({ from, to, steps }: LinearSchedule, globalStep: number): number {
  return globalStep < steps ? from + (to - from) * (globalStep / steps) : to;
}
