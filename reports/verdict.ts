/** The finding of an evaluation in one sentence. */

import type { Evaluation, GateVerdict, Judged, JudgedAgent } from '../evaluation/evaluation.ts';
import { signedPercent, significant, title } from './format.ts';

export interface Verdict {
  readonly outcome: 'promoted' | 'refused';
  /** The promoted agent, or the one that came closest; null where none was judged. */
  readonly agent: JudgedAgent | null;
  readonly sentence: string;
  /** What the gates of that agent that said no have to say. */
  readonly objections: readonly string[];
}

export function verdictOf(evaluation: Evaluation): Verdict {
  const [agent = null] = [...evaluation.agents].sort(byCloseness);
  if (agent === null) return { outcome: 'refused', agent, sentence: 'No agent was judged.', objections: [] };
  const { name } = agent;
  const asked = agent.gates.length;
  const refused = agent.gates.filter(({ passed }) => !passed);
  if (agent.promoted) {
    const gates = asked === 1 ? 'its gate' : `all ${asked} gates`;
    return {
      outcome: 'promoted',
      agent,
      sentence: `${name} is promoted: ${returnsOf(agent, evaluation)}, and it passed ${gates}.`,
      objections: [],
    };
  }
  const closest = evaluation.agents.length > 1 ? 'came closest, but ' : '';
  const sentence =
    refused.length === 0
      ? `No agent is promoted, though ${name} passed every gate asked of it: ${returnsOf(agent, evaluation)}.`
      : `No agent is promoted: ${name} ${closest}failed ${refused.length} of ${asked} gates: ${shortfall(refused[0])}.`;
  return { outcome: 'refused', agent, sentence, objections: refused.map(({ reason }) => reason) };
}

/** Buy-and-hold where it was judged, else the first benchmark. */
export const mainBenchmark = (evaluation: Evaluation): Evaluation['benchmarks'][number] | null =>
  evaluation.benchmarks.find(({ name }) => name === 'buyAndHold') ?? evaluation.benchmarks[0] ?? null;

/** By how much a gate said no. */
function shortfall({ name, value, limit }: GateVerdict): string {
  const asked = `a limit of ${significant(limit, 3)}`;
  if (value === null) return `“${title(name)}” has nothing to measure against ${asked}`;
  return `“${title(name)}” found ${significant(value, 3)} against ${asked}, off by ${significant(Math.abs(value - limit), 3)}`;
}

function returnsOf(agent: Judged, evaluation: Evaluation): string {
  const benchmark = mainBenchmark(evaluation);
  const own = `it returned ${signedPercent(agent.test.totalReturn)} on data it never saw`;
  if (benchmark === null) return own;
  return `${own}, ${title(benchmark.name).toLowerCase()} ${signedPercent(benchmark.test.totalReturn)}`;
}

/** Promoted first, then fewest gates failed, then the higher return. */
function byCloseness(a: JudgedAgent, b: JudgedAgent): number {
  const failed = ({ gates }: JudgedAgent) => gates.filter(({ passed }) => !passed).length;
  return Number(b.promoted) - Number(a.promoted) || failed(a) - failed(b) || b.test.totalReturn - a.test.totalReturn;
}
