/** Trained policies as one model: every member's network, and the vote on what they say. */

import { InputError } from '../../core/errors.ts';
import type { Program } from '../nn/engine.ts';
import { Graph } from '../nn/graph.ts';
import { composeModels, type ModelPart } from '../nn/onnx/composeModels.ts';
import { decodeModel } from '../nn/onnx/decodeModel.ts';
import { exportOnnx } from '../nn/onnx/exportOnnx.ts';
import { encodeModel, type OnnxModel } from '../nn/onnx/model.ts';
import { concat, split } from '../nn/ops/shaping.ts';
import type { DType, Shape } from '../nn/tensor.ts';
import { Variables } from '../nn/variables.ts';
import { countVotes, meanActions, meanScores, type Tally } from './tally.ts';

export type Vote =
  /** What the vote of each member weighs; where actions are numbers, what its number weighs in their mean. */
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
  if (vote.kind === 'count' && vote.weights.length !== models.length) {
    throw new InputError({
      what: 'not one weight for each member',
      where: 'ensemble',
      rule: `${models.length} members`,
      value: vote.weights.length,
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
  const tallied = tally(graph, models, vote);
  const carried = sizes.flatMap((size, i) => (size > 0 ? [graph.input(`nextMemory${i}`, ['batch', size])] : []));
  return { graph, fetches: { ...tallied, ...(carried.length > 0 && { nextMemory: concat(carried, 1) }) } };
}

function tally(graph: Graph, models: readonly OnnxModel[], vote: Vote): Tally {
  const numScores = lastDim(models[0].outputs, 'scores');
  // Their scores are the numbers themselves: whatever the scale, the mean is of what members ask for.
  const isNumber = models[0].outputs.some(({ name, dtype }) => name === 'action' && dtype === 'float32');
  const read = (port: string, shape: Shape, dtype: DType = 'float32') =>
    models.map((_, i) => graph.input(`${port}${i}`, shape, dtype));
  if (isNumber) {
    const weights = vote.kind === 'count' ? vote.weights : models.map(() => 1);
    return meanActions(read('action', ['batch', numScores]), weights);
  }
  if (vote.kind === 'meanScore') return meanScores(read('scores', ['batch', numScores]), vote.scale);
  return countVotes(read('action', ['batch'], 'int32'), vote.weights, numScores);
}
