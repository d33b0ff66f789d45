/** Lives through episodes of a user's own env and lists every promise of {@link GymEnv} that it breaks. */

import { InputError, type InputProblem } from '../core/errors.ts';
import type { GymEnv, GymReset, GymStep } from './gymEnv.ts';

const SEEDS = [123, 7] as const;
/** Steps of each life that is compared; episodes that end on the way are reset. */
const STEPS = 300;

/**
 * Checks spaces, observations, rewards, ends, seeding, and what happens after an end.
 *
 * Steps the env some hundred times; afterwards it stands in the middle of an episode.
 *
 * @throws InputError with one problem for each broken promise
 */
export function checkEnv(env: GymEnv): void {
  const broken = findBrokenPromises(env);
  const [first, ...rest] = broken;
  if (first !== undefined) throw new InputError(first, ...rest);
}

/** Each broken promise once, in the order found; empty for an env that keeps them all. */
export function findBrokenPromises(env: GymEnv): InputProblem[] {
  const broken = new Map<string, InputProblem>();
  const expect = (holds: boolean, what: string, rule: string, value?: unknown) => {
    if (!holds && !broken.has(what)) {
      broken.set(what, { what, where: 'env', rule, ...(value !== undefined && { value }) });
    }
  };
  checkSpaces(env, expect);
  if (broken.size > 0) return [...broken.values()];
  try {
    const [first, again] = [live(env, SEEDS[0], expect), live(env, SEEDS[0], expect)];
    expect(
      first.start === again.start,
      'reset with the same seed starts elsewhere',
      'reset({ seed }) decides the start',
    );
    expect(
      first.life === again.life,
      'the same seed and actions live another life',
      'all luck is drawn from the seed of the last reset that gave one',
    );
    live(env, SEEDS[1], expect);
    checkRefusal(env, expect);
  } catch (error) {
    expect(false, 'the env threw', 'reset and step of known actions succeed', String(error));
  }
  return [...broken.values()];
}

type Expect = (holds: boolean, what: string, rule: string, value?: unknown) => void;

function checkSpaces({ observationSpace, actionSpace }: GymEnv, expect: Expect): void {
  const shape: unknown = observationSpace?.shape;
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size > 0);
  expect(isShape, 'observationSpace has no shape', 'a list of positive integers', shape);
  const actions: unknown = actionSpace?.numActions;
  expect(
    actionSpace?.kind === 'discrete' && Number.isInteger(actions) && Number(actions) > 0,
    'actionSpace is not discrete',
    "{ kind: 'discrete', numActions } with a positive integer",
    actionSpace,
  );
}

/** One seeded life under actions that cycle; what it showed, as text that is equal for equal numbers. */
function live(env: GymEnv, seed: number, expect: Expect): { start: string; life: string } {
  const { numActions } = env.actionSpace;
  const begun = env.reset({ seed });
  checkShown(env, begun, expect);
  const start = [...Array.from(begun.observation)].join();
  const shown: string[] = [];
  for (let t = 0; t < STEPS; t++) {
    const step = env.step(Math.floor(t / 3) % numActions);
    checkShown(env, step, expect);
    checkOutcome(step, expect);
    shown.push(`${Array.from(step.observation).join()};${step.reward};${step.terminated};${step.truncated}`);
    if (step.terminated || step.truncated) checkShown(env, env.reset(), expect);
  }
  return { start, life: shown.join('\n') };
}

function checkShown({ observationSpace }: GymEnv, { observation, info }: GymReset, expect: Expect): void {
  const size = observationSpace.shape.reduce((product, length) => product * length, 1);
  expect(observation?.length === size, 'an observation is of another shape', `${size} numbers`, observation?.length);
  const odd = Array.from(observation ?? []).find((value) => !Number.isFinite(value));
  expect(odd === undefined, 'an observation holds what is no number', 'finite numbers only', String(odd));
  expect(
    typeof info === 'object' && info !== null,
    'info is missing',
    'an object, empty where there is nothing to say',
  );
}

function checkOutcome({ reward, terminated, truncated }: GymStep, expect: Expect): void {
  expect(Number.isFinite(reward), 'a reward is no number', 'a finite number', String(reward));
  const areFlags = typeof terminated === 'boolean' && typeof truncated === 'boolean';
  expect(areFlags, 'terminated and truncated are not flags', 'true or false each', { terminated, truncated });
  expect(
    !(terminated && truncated),
    'a step both terminated and truncated',
    'an end is not a cut: the first bootstraps nothing, the second does',
  );
}

function checkRefusal(env: GymEnv, expect: Expect): void {
  env.reset({ seed: SEEDS[0] });
  let isRefused = false;
  try {
    env.step(env.actionSpace.numActions);
  } catch {
    isRefused = true;
  }
  expect(isRefused, 'an unknown action was taken', `step(${env.actionSpace.numActions}) throws`);
  env.reset({ seed: SEEDS[0] });
}
