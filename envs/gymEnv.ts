/** What a single env promises, in Gymnasium's words; a user's own env needs no more to be checked and driven. */

/** A box of numbers. */
export interface BoxSpace {
  readonly kind: 'box';
  readonly shape: readonly number[];
}

export interface DiscreteSpace {
  readonly kind: 'discrete';
  readonly numActions: number;
}

export interface GymReset {
  readonly observation: ArrayLike<number>;
  readonly info: object;
}

export interface GymStep extends GymReset {
  readonly reward: number;
  /** The episode came to an end of its own: bootstrap nothing. */
  readonly terminated: boolean;
  /** The episode was cut off: bootstrap from the observation. */
  readonly truncated: boolean;
}

export interface GymEnv {
  readonly observationSpace: BoxSpace;
  readonly actionSpace: DiscreteSpace;
  reset(options?: { readonly seed?: number; readonly options?: object }): GymReset;
  step(action: number): GymStep;
}
