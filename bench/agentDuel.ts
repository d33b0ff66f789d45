/** Ours and theirs in turns, so that whatever else the machine does hits both. */

import { startSb3, summarizeRates, timeAgent, type AgentWork } from './agentTask.ts';

export interface DuelOptions {
  readonly name: string;
  readonly ours: AgentWork;
  /** Arguments of Stable-Baselines3's learner; null: ours alone. */
  readonly theirs: Readonly<Record<string, unknown>> | null;
  readonly repeats: number;
}

export interface Duel {
  readonly metrics: Record<string, number>;
  readonly ratios: Record<string, number>;
  readonly weights: string;
}

/** @throws Error when two rounds from one seed learn other weights: then they did not do the same work */
export async function runDuel({ name, ours, theirs, repeats }: DuelOptions): Promise<Duel> {
  const peer = theirs === null ? null : await startSb3({ ...theirs, numEnvs: ours.numEnvs, steps: ours.steps });
  const rates: number[] = [];
  const peerRates: number[] = [];
  const weights = new Set<string>();
  try {
    for (let i = 0; i < repeats; i++) {
      const round = await timeAgent(ours);
      rates.push(round.stepsPerSecond);
      weights.add(round.weights);
      if (peer !== null) peerRates.push(((await peer.round()) as { stepsPerSecond: number }).stepsPerSecond);
    }
  } finally {
    peer?.stop();
  }
  if (weights.size !== 1) throw new Error('rounds from one seed learned different weights');
  const metrics = { ...summarizeRates(name, rates), ...summarizeRates(`${name}.stableBaselines3`, peerRates) };
  const ratios =
    peerRates.length === 0
      ? {}
      : { [`${name}.vsStableBaselines3`]: metrics[name] / metrics[`${name}.stableBaselines3`] };
  return { metrics, ratios, weights: [...weights][0] };
}
