/** What it is worth to learn from every action, and from every position, at once: the same DQN, the same steps, with and without. */

import { mean, median } from '../../core/statistics.ts';
import { proveCandidate } from './knownOptimumProof.ts';
import { dqnCandidate, type MarkovCandidate } from './markovCandidates.ts';
import type { Proof, ProofLine } from './proof.ts';

const TOTAL_STEPS = 60_000;
const LOOKS = 24;
/** Learners of each kind for each seed: one run says little, so noisy are they. */
const RUNS = 4;
const GOAL = 0.92;

/** All else equal: one-step targets, uniform replay, as many updates of as many observations. */
const CANDIDATES: Readonly<Record<string, MarkovCandidate>> = {
  lived: { ...dqnCandidate({}, TOTAL_STEPS), looks: LOOKS },
  actions: { ...dqnCandidate({ counterfactual: 'actions' }, TOTAL_STEPS), looks: LOOKS },
  positions: { ...dqnCandidate({ counterfactual: 'positions' }, TOTAL_STEPS), looks: LOOKS },
};

/** What the learners of one kind and seed came to. */
interface Learned {
  readonly score: number;
  /** Mean score over the looks of all runs: the earlier and the better something is learned, the higher. */
  readonly alongTheWay: number;
  /** Median over runs of the first of two looks in a row at the goal; a run that never gets there counts as all its steps. */
  readonly stepsToGoal: number;
  readonly seconds: number;
  readonly curve: ProofLine['curve'];
}

const learned = new Map<string, Promise<Learned>>();

function learn(kind: string, seed: number): Promise<Learned> {
  const key = `${kind} ${seed}`;
  const known = learned.get(key) ?? trainAll(kind, seed);
  learned.set(key, known);
  return known;
}

async function trainAll(kind: string, seed: number): Promise<Learned> {
  const lines: ProofLine[] = [];
  // Learners of the same number draw the same luck, whatever they learn from.
  for (let run = 1; run <= RUNS; run++)
    lines.push(await proveCandidate('counterfactual', seed * 100 + run, CANDIDATES[kind]));
  const average = (read: (line: ProofLine) => number) => mean(lines.map(read)) ?? NaN;
  return {
    score: average(({ score }) => score),
    alongTheWay: average(({ curve }) => mean(curve.map(([, score]) => score)) ?? NaN),
    stepsToGoal: median(lines.map(firstAtGoal)) ?? NaN,
    seconds: average(({ seconds }) => seconds),
    curve: lines[0].curve.map(([steps], look) => [steps, average(({ curve }) => curve[look][1])] as const),
  };
}

function firstAtGoal({ curve }: ProofLine): number {
  const look = curve.findIndex(([, score], at) => score >= GOAL && (curve[at + 1]?.[1] ?? 0) >= GOAL);
  return look < 0 ? TOTAL_STEPS : curve[look][0];
}

/** A line is of one scope; its figures hold what the learners of lived steps came to from the same seed. */
export const counterfactualProof: Proof = {
  rule: `over ${RUNS} learners a seed, DQN that learns from every action, from the position held or from every position, scores more on the way to ${TOTAL_STEPS} steps on the market whose optimum is known than the same DQN that learns from lived steps alone`,
  agents: ['actions', 'positions'],
  async prove(agent, seed) {
    const own = await learn(agent, seed);
    const lived = await learn('lived', seed);
    return {
      agent,
      seed,
      score: own.score,
      passed: own.alongTheWay > lived.alongTheWay,
      steps: TOTAL_STEPS,
      seconds: own.seconds,
      figures: {
        alongTheWay: own.alongTheWay,
        stepsToGoal: own.stepsToGoal,
        livedScore: lived.score,
        livedAlongTheWay: lived.alongTheWay,
        livedStepsToGoal: lived.stepsToGoal,
        livedSeconds: lived.seconds,
      },
      curve: own.curve,
    };
  },
};
