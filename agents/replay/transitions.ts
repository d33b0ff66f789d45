/** A batch of n-step transitions, as columns that are filled anew for each update. */

export type Transitions = {
  /** (batch) context row acted on. */
  readonly row: Int32Array;
  /** (batch, stateSize) */
  readonly state: Float32Array;
  /** (batch) */
  readonly action: Int32Array;
  /** (batch) discounted sum of the rewards of up to `nStep` steps. */
  readonly reward: Float32Array;
  /** (batch) context row reached. */
  readonly nextRow: Int32Array;
  /** (batch, stateSize) */
  readonly nextState: Float32Array;
  /** (batch) what the value of the next observation counts: gamma to the number of steps, 0 where the episode ended. */
  readonly bootstrap: Float32Array;
  /** (batch, numActions) what the observation reached allows; where actions are masked. */
  readonly nextActionMask?: Uint8Array;
};

/** @param maskSize number of actions that masks speak of; 0: there are none */
export function createTransitions(batchSize: number, stateSize: number, maskSize = 0): Transitions {
  return {
    row: new Int32Array(batchSize),
    state: new Float32Array(batchSize * stateSize),
    action: new Int32Array(batchSize),
    reward: new Float32Array(batchSize),
    nextRow: new Int32Array(batchSize),
    nextState: new Float32Array(batchSize * stateSize),
    bootstrap: new Float32Array(batchSize),
    ...(maskSize > 0 && { nextActionMask: new Uint8Array(batchSize * maskSize) }),
  };
}
