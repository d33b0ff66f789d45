/** Trained policies as one model: every member's network, and the vote on what they say. */

import { InputError } from '../../core/errors.ts';
import type { Program } from '../nn/engine.ts';
import { Graph } from '../nn/graph.ts';
import { composeModels, type ModelPart } from '../nn/onnx/composeModels.ts';
import { decodeModel } from '../nn/onnx/decodeModel.ts';
import { exportOnnx } from '../nn/onnx/exportOnnx.ts';
import { encodeModel, type OnnxModel } from '../nn/onnx/model.ts';
import { concat, split } from '../nn/ops/shaping.ts';
import { Variables } from '../nn/variables.ts';
import { countVotes, meanScores } from './tally.ts';

export type Vote =
  /** What the vote of each member weighs. */
  | { readonly kind: 'count'; readonly weights: readonly number[] }
  | { readonly kind: 'meanScore'; readonly scale: 'asGiven' | 'standardized' };

/**
 * One model that acts as its members together do: inputs and outputs are those of any exported policy.
 *
 * Memories lie side by side in `memory`. `scores` are the weights of the votes for each action, or the mean scores.
 *
 * @param members as written by `Learner.exportPolicy`, or by this function
 * @throws InputError without members, or where they do not observe or choose alike
 */
export function composeEnsemble(members: readonly Uint8Array[], vote: Vote): Uint8Array {
  const models = members.map(decodeModel);
  if (models.length === 0) {
    throw new InputError({ what: 'an ensemble without members', where: 'ensemble', rule: 'at least one policy votes' });
  }
  const masked = models.some(({ inputs }) => inputs.some(({ name }) => name === 'actionMask'));
  if (masked && vote.kind === 'meanScore' && vote.scale === 'standardized') {
    throw new InputError({
      what: 'scores of forbidden actions cannot be standardized',
      where: 'ensemble: scale',
      hint: "vote 'majority' and 'weighted' take masked actions",
    });
  }
  const sizes = models.map(memorySizeOf);
  const parts: ModelPart[] = models.map((model, i) => ({ name: `member${i}`, model, ports: memberPorts(i) }));
  if (sizes.some((size) => size > 0)) parts.unshift(part('minds', splitMemories(sizes)));
  parts.push(part('vote', tallyProgram(models, vote, sizes)));
  const outputs = ['action', 'scores', ...(sizes.some((size) => size > 0) ? ['nextMemory'] : [])];
  return encodeModel(composeModels(parts, outputs));
}

const memberPorts = (member: number): ModelPart['ports'] =>
  Object.fromEntries(['action', 'scores', 'memory', 'nextMemory'].map((port) => [port, `${port}${member}`]));

const part = (name: string, program: Program): ModelPart => ({
  name,
  model: decodeModel(exportOnnx(program, new Variables())),
  ports: {},
});

const lastDim = (ports: OnnxModel['inputs'], name: string): number =>
  Number(ports.find((port) => port.name === name)?.shape.at(-1) ?? 0);

const memorySizeOf = ({ inputs }: OnnxModel): number => lastDim(inputs, 'memory');

/** Members without memory have no part of it. */
function splitMemories(sizes: readonly number[]): Program {
  const graph = new Graph();
  const holders = sizes.flatMap((size, member) => (size > 0 ? [{ size, member }] : []));
  const total = holders.reduce((sum, { size }) => sum + size, 0);
  const memories = split(
    graph.input('memory', ['batch', total]),
    1,
    holders.map(({ size }) => size),
  );
  return { graph, fetches: Object.fromEntries(holders.map(({ member }, i) => [`memory${member}`, memories[i]])) };
}

function tallyProgram(models: readonly OnnxModel[], vote: Vote, sizes: readonly number[]): Program {
  const graph = new Graph();
  const numActions = lastDim(models[0].outputs, 'scores');
  const tallied =
    vote.kind === 'meanScore'
      ? meanScores(
          models.map((_, i) => graph.input(`scores${i}`, ['batch', numActions])),
          vote.scale,
        )
      : countVotes(
          models.map((_, i) => graph.input(`action${i}`, ['batch'], 'int32')),
          vote.weights,
          numActions,
        );
  const carried = sizes.flatMap((size, i) => (size > 0 ? [graph.input(`nextMemory${i}`, ['batch', size])] : []));
  return { graph, fetches: { ...tallied, ...(carried.length > 0 && { nextMemory: concat(carried, 1) }) } };
}
