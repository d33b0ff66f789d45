/** Makes an ensemble of a run from its members once these are trained: one model, validated like theirs. */

import { readFileSync } from 'node:fs';
import type { EnsembleAgentConfig } from '../agents/agentKinds.ts';
import { composeEnsemble, type Vote } from '../agents/ensemble/composeEnsemble.ts';
import { performanceWeights } from '../agents/ensemble/weightedVote.ts';
import { hashOf } from '../core/hash.ts';
import type { RunFolder } from '../core/storage/runFolder.ts';
import { readTrained } from './judgeRun.ts';
import type { TrainedAgent } from './runLog.ts';
import type { BestPolicy } from './trainer.ts';

/** Basis points a bar of validation growth that make a vote e times as heavy. */
const TEMPERATURE_BPS = 1;

interface Ensemble {
  readonly trained: Omit<TrainedAgent, 'seconds'>;
  readonly best: BestPolicy;
}

/**
 * Members vote as they were chosen in validation; nothing that the judge sees has a part in it.
 *
 * @param validate mean log growth per bar of a model, basis points
 * @throws InputError when a member is not trained yet
 */
export async function assembleEnsemble(
  run: RunFolder,
  ensemble: EnsembleAgentConfig,
  validate: (model: Uint8Array) => Promise<number>,
): Promise<Ensemble> {
  const members = ensemble.members.map((member) => readTrained(run, member));
  const vote = makeVote(ensemble, members);
  const models = ensemble.members.map((member) => new Uint8Array(readFileSync(run.file('policies', `${member}.onnx`))));
  const model = composeEnsemble(models, vote);
  const score = await validate(model);
  const seats = members.map(({ agent, weightsHash, bestStep, bestScoreBps }, seat) => ({
    agent,
    weightsHash,
    bestStep,
    bestScoreBps,
    ...(vote.kind === 'count' && { weight: vote.weights[seat] }),
  }));
  return {
    trained: {
      agent: ensemble.name,
      kind: ensemble.kind,
      steps: 0,
      weightsHash: hashOf([vote, seats], 64),
      bestStep: 0,
      bestScoreBps: score,
      members: seats,
    },
    best: { step: 0, score, model },
  };
}

function makeVote({ vote, scale, temperature }: EnsembleAgentConfig, members: readonly TrainedAgent[]): Vote {
  if (vote === 'meanScore') return { kind: 'meanScore', scale: scale ?? 'standardized' };
  if (vote === 'majority') return { kind: 'count', weights: members.map(() => 1) };
  const performances = members.map(({ bestScoreBps }) => bestScoreBps);
  return { kind: 'count', weights: performanceWeights(performances, temperature ?? TEMPERATURE_BPS) };
}
