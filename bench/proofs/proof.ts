/** What a learning proof is: agents trained on a task whose truth is known, and a rule that says when they have learned it. */

/** What one agent made of one seed. */
export interface ProofLine {
  readonly agent: string;
  readonly seed: number;
  /** In the unit of the proof's rule. */
  readonly score: number;
  readonly passed: boolean;
  /** Environment steps that the agent was trained for. */
  readonly steps: number;
  readonly seconds: number;
  /** Whatever else this proof measures. */
  readonly figures: Readonly<Record<string, number>>;
  /** Score along the way, (steps, score). */
  readonly curve: readonly (readonly [steps: number, score: number])[];
}

export interface Proof {
  /** What every line must show to pass, in one sentence. */
  readonly rule: string;
  readonly agents: readonly string[];
  /** Truths of the task that no agent has a part in: what the best policy earns, what rules of thumb earn. */
  facts?(): Promise<Readonly<Record<string, number>>>;
  prove(agent: string, seed: number): Promise<ProofLine>;
}
