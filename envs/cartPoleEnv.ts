/** The pole on a cart of Barto, Sutton and Anderson (1983), with the numbers of Gymnasium's CartPole-v1. */

import { InputError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { RngColumns } from '../core/rngColumns.ts';
import { SavedReader, type Saved } from '../core/saved.ts';
import { createStepBatch, type EnvSpec, type StepBatch, type VectorEnv } from '../core/spec.ts';
import { clearStepBatch, restoreStepBatch, saveStepBatch } from './stepBatchState.ts';

const STATE_SIZE = 4;
const GRAVITY = 9.8;
const POLE_MASS = 0.1;
const TOTAL_MASS = POLE_MASS + 1;
const HALF_LENGTH = 0.5;
const FORCE = 10;
/** Seconds of one step. */
const TAU = 0.02;
const X_LIMIT = 2.4;
/** Radians: 12 degrees. */
const THETA_LIMIT = (12 * 2 * Math.PI) / 360;
const START_SPREAD = 0.05;

export const CART_POLE_EPISODE_STEPS = 500;

/**
 * Balances a pole on a cart that is pushed left or right.
 *
 * - Actions: 0 pushes left, 1 pushes right, with 10 N.
 * - Observation: position (m), velocity, pole angle (rad), angular velocity. No context.
 * - Reward: 1 every step, the last included.
 * - Terminated: beyond 2.4 m, or the pole beyond 12 degrees. Truncated: after 500 steps.
 * - Starts uniformly within 0.05 of rest, each env from its own stream. Autoreset in the same step.
 * - Not modelled: friction. One explicit Euler step of 0.02 s, as the reference does.
 */
export class CartPoleEnv implements VectorEnv {
  readonly spec: EnvSpec = { stateSize: STATE_SIZE, actions: { kind: 'discrete', numActions: 2 }, context: null };
  readonly numEnvs: number;
  readonly #luck: RngColumns;
  /** (numEnvs, 4): x, its velocity, theta, its velocity. */
  readonly #physics: Float64Array;
  readonly #age: Int32Array;
  readonly #step: StepBatch;

  constructor({ numEnvs, rng }: { readonly numEnvs: number; readonly rng: Rng }) {
    this.numEnvs = numEnvs;
    this.#luck = new RngColumns(Array.from({ length: numEnvs }, (_, env) => `${rng.path}/env${env}`));
    this.#physics = new Float64Array(numEnvs * STATE_SIZE);
    this.#age = new Int32Array(numEnvs);
    this.#step = createStepBatch(numEnvs, STATE_SIZE);
  }

  reset(): StepBatch {
    for (let env = 0; env < this.numEnvs; env++) this.#start(env);
    this.#step.state.set(this.#physics);
    clearStepBatch(this.#step);
    return this.#step;
  }

  step(actions: Int32Array): StepBatch {
    const { state, finalState, reward, terminated, truncated } = this.#step;
    const physics = this.#physics;
    for (let env = 0; env < this.numEnvs; env++) {
      const action = actions[env];
      if (action !== 0 && action !== 1) {
        throw new InputError({ what: 'unknown action', where: `cart pole env ${env}`, rule: '0 or 1', value: action });
      }
      this.#push(env, action === 1 ? FORCE : -FORCE);
      const age = (this.#age[env] += 1);
      const x = physics[env * STATE_SIZE];
      const theta = physics[env * STATE_SIZE + 2];
      const fell = Math.abs(x) > X_LIMIT || Math.abs(theta) > THETA_LIMIT;
      reward[env] = 1;
      terminated[env] = fell ? 1 : 0;
      truncated[env] = !fell && age >= CART_POLE_EPISODE_STEPS ? 1 : 0;
    }
    finalState.set(physics);
    for (let env = 0; env < this.numEnvs; env++) if (terminated[env] + truncated[env] > 0) this.#start(env);
    state.set(physics);
    return this.#step;
  }

  save(): Saved {
    return {
      luck: this.#luck.save(),
      physics: this.#physics.slice(),
      age: this.#age.slice(),
      step: saveStepBatch(this.#step),
    };
  }

  restore(saved: Saved): StepBatch {
    const reader = new SavedReader(saved, 'cart pole env');
    this.#luck.restore(reader.any('luck'));
    reader.into('physics', this.#physics);
    reader.into('age', this.#age);
    restoreStepBatch(reader.any('step'), this.#step);
    return this.#step;
  }

  /** One step of the equations of motion (Florian, 2007, without friction). */
  #push(env: number, force: number): void {
    const physics = this.#physics;
    const at = env * STATE_SIZE;
    const [velocity, theta, thetaVelocity] = [physics[at + 1], physics[at + 2], physics[at + 3]];
    const cos = Math.cos(theta);
    const sin = Math.sin(theta);
    const push = (force + POLE_MASS * HALF_LENGTH * thetaVelocity * thetaVelocity * sin) / TOTAL_MASS;
    const thetaAcceleration =
      (GRAVITY * sin - cos * push) / (HALF_LENGTH * (4 / 3 - (POLE_MASS * cos * cos) / TOTAL_MASS));
    const acceleration = push - (POLE_MASS * HALF_LENGTH * thetaAcceleration * cos) / TOTAL_MASS;
    physics[at] += TAU * velocity;
    physics[at + 1] += TAU * acceleration;
    physics[at + 2] += TAU * thetaVelocity;
    physics[at + 3] += TAU * thetaAcceleration;
  }

  #start(env: number): void {
    for (let k = 0; k < STATE_SIZE; k++) {
      this.#physics[env * STATE_SIZE + k] = START_SPREAD * (2 * this.#luck.next(env) - 1);
    }
    this.#age[env] = 0;
  }
}
