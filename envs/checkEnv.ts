/** Lives through episodes of a user's own env and lists every promise of {@link GymEnv} that it breaks. */

import { InputError, type InputProblem } from '../core/errors.ts';
import type { ActionBox, DiscreteSpace, GymAction, GymEnv, GymReset, GymStep } from './gymEnv.ts';

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
export function checkEnv(env: GymEnv<GymAction>): void {
  const broken = findBrokenPromises(env);
  const [first, ...rest] = broken;
  if (first !== undefined) throw new InputError(first, ...rest);
}

/** Each broken promise once, in the order found; empty for an env that keeps them all. */
export function findBrokenPromises(env: GymEnv<GymAction>): InputProblem[] {
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

function checkSpaces({ observationSpace, actionSpace }: GymEnv<GymAction>, expect: Expect): void {
  const shape: unknown = observationSpace?.shape;
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size > 0);
  expect(isShape, 'observationSpace has no shape', 'a list of positive integers', shape);
  expect(
    actionSpace?.kind === 'box' ? isActionBox(actionSpace) : isDiscrete(actionSpace),
    'actionSpace is neither discrete nor a box',
    "{ kind: 'discrete', numActions } with a positive integer, or { kind: 'box', shape, low, high } with a low below each high",
    actionSpace,
  );
}

const isDiscrete = (space: Partial<DiscreteSpace> | undefined): boolean =>
  space?.kind === 'discrete' && Number.isInteger(space.numActions) && Number(space.numActions) > 0;

const isActionBox = ({ shape, low, high }: Partial<ActionBox>): boolean =>
  [shape, low, high].every(Array.isArray) &&
  low?.length === shape?.reduce((product, size) => product * size, 1) &&
  low?.length === high?.length &&
  low?.every((bound, k) => bound < Number(high?.[k])) === true;

/** Actions that cycle: each index for three steps, or each number of a box from its low to its high in quarters. */
function actionAt(space: DiscreteSpace | ActionBox, t: number): GymAction {
  const turn = Math.floor(t / 3);
  if (space.kind === 'discrete') return turn % space.numActions;
  return space.low.map((low, k) => low + ((space.high[k] - low) * ((turn * (k + 1)) % 5)) / 4);
}

/** What no env takes: an index beyond the last, or what is no number. */
const notAnAction = (space: DiscreteSpace | ActionBox): GymAction =>
  space.kind === 'discrete' ? space.numActions : space.low.map(() => NaN);

/** One seeded life under actions that cycle; what it showed, as text that is equal for equal numbers. */
function live(env: GymEnv<GymAction>, seed: number, expect: Expect): { start: string; life: string } {
  const begun = env.reset({ seed });
  checkShown(env, begun, expect);
  const start = [...Array.from(begun.observation)].join();
  const shown: string[] = [];
  for (let t = 0; t < STEPS; t++) {
    const step = env.step(actionAt(env.actionSpace, t));
    checkShown(env, step, expect);
    checkOutcome(step, expect);
    shown.push(`${Array.from(step.observation).join()};${step.reward};${step.terminated};${step.truncated}`);
    if (step.terminated || step.truncated) checkShown(env, env.reset(), expect);
  }
  return { start, life: shown.join('\n') };
}

function checkShown({ observationSpace }: GymEnv<GymAction>, { observation, info }: GymReset, expect: Expect): void {
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

function checkRefusal(env: GymEnv<GymAction>, expect: Expect): void {
  env.reset({ seed: SEEDS[0] });
  const unknown = notAnAction(env.actionSpace);
  let isRefused = false;
  try {
    env.step(unknown);
  } catch {
    isRefused = true;
  }
  expect(isRefused, 'an unknown action was taken', `step(${JSON.stringify(unknown)}) throws`);
  env.reset({ seed: SEEDS[0] });
}
