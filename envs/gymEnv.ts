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

/** Actions that are numbers within bounds. */
export interface ActionBox extends BoxSpace {
  /** One bound for each number. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** An index, or the numbers of a box; a box of one number takes it bare as well. */
export type GymAction = number | ArrayLike<number>;

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

/** Of indices, or of a box's numbers. */
export interface GymEnv<Action extends GymAction = number> {
  readonly observationSpace: BoxSpace;
  readonly actionSpace: DiscreteSpace | ActionBox;
  reset(options?: { readonly seed?: number; readonly options?: object }): GymReset;
  step(action: Action): GymStep;
}
