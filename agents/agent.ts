/** What the rest of the house asks of anything that chooses actions. */

import type { Actions, Observations, StepBatch } from '../core/spec.ts';
import type { Resumable } from '../core/saved.ts';

/** Chooses actions; a trained network, a rule, a baseline or an ensemble of them. */
export interface Policy {
  readonly name: string;
  /**
   * Writes the action of every observation, greedily and without luck of its own unless the policy is random by nature.
   *
   * @param actions (numEnvs, numbers of one action), written in place
   */
  act(observations: Observations, actions: Actions): Promise<void> | void;
  /** Forgets whatever the policy carries from step to step (recurrent state, random stream); called before each backtest. */
  reset?(numEnvs: number): void;
}

/** A policy that can say how it compares actions. */
export interface ScoringPolicy extends Policy {
  /**
   * Writes the score of every action; the largest is the one that the policy takes.
   *
   * @param scores (numEnvs, numActions), written in place
   */
  score(observations: Observations, scores: Float32Array): Promise<void> | void;
}

/** What one round of learning reports: metric keys of the glossary, `loss/td` and the like. */
export type LearnMetrics = Readonly<Record<string, number>>;

/**
 * A policy that learns from what it lives through.
 *
 * The trainer's loop is `explore`, `env.step`, `learn`; when to update, and on what, is the agent's own business.
 * Saved at any such boundary and restored, it goes on bit for bit as if it had not been interrupted.
 */
export interface Learner extends Policy, Resumable {
  /** Chooses actions to learn by, exploring. @param actions (numEnvs, numbers of one action), written in place */
  explore(observations: Observations, actions: Actions): Promise<void>;
  /** Takes in the step that `actions` led to, and updates when it is time to; null when it did not. */
  learn(actions: Actions, step: StepBatch): Promise<LearnMetrics | null>;
  /** Whether nothing that was lived waits to be learned from: a good moment to forget. */
  readonly isSettled: boolean;
  /** Lets go of everything that names a row of the context: rows will hold other bars, and all episodes begin anew. */
  forgetRows(): void;
  /** SHA-256 of all trained weights: two runs are equal when these are. */
  weightsHash(): string;
  /** The greedy policy as an ONNX model with inputs `context`, `row`, `state`, a dynamic batch axis, and output `action`. */
  exportPolicy(): Uint8Array;
  /** Frees the engine's memory. */
  dispose(): void;
}
