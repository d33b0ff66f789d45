/** Generalized advantage estimation. Paper: https://arxiv.org/abs/1506.02438 */

/** One rollout, time-major: element t * numEnvs + env. All arrays are (numSteps, numEnvs). */
export interface RewardedSteps {
  readonly numEnvs: number;
  readonly reward: Float32Array;
  /** Critic's value of the observation acted on. */
  readonly value: Float32Array;
  /** Critic's value of the observation the step ended on: `finalRow`, `finalState`. */
  readonly nextValue: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
}

export interface GaeOptions {
  readonly gamma: number;
  readonly gaeLambda: number;
}

/**
 * Exponentially weighted mean of n-step advantages.
 *
 * A terminated step bootstraps nothing; a truncated one bootstraps from the value of its final observation, because the
 * market went on and only our window ended. Neither lets the next episode's rewards leak in.
 *
 * @param advantage (numSteps, numEnvs), written in place
 */
export function computeGae(steps: RewardedSteps, { gamma, gaeLambda }: GaeOptions, advantage: Float32Array): void {
  const { numEnvs, reward, value, nextValue, terminated, truncated } = steps;
  for (let i = reward.length - 1; i >= 0; i--) {
    const isLast = i + numEnvs >= reward.length || terminated[i] === 1 || truncated[i] === 1;
    const following = isLast ? 0 : advantage[i + numEnvs];
    const tdError = reward[i] + (terminated[i] === 1 ? 0 : gamma * nextValue[i]) - value[i];
    advantage[i] = tdError + gamma * gaeLambda * following;
  }
}
