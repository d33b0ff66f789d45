import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { computeGae, type RewardedSteps } from '../../../agents/ppo/advantage.ts';

const GAMMA = 0.98;
const TRUE_VALUE = 1 / (1 - GAMMA);

/** A reward of one for ever, seen through windows of eight steps that end as `ending` says. */
function endlessReward(ending: 'terminated' | 'truncated'): RewardedSteps {
  const constant = (value: number) => new Float32Array(64).fill(value);
  const everyEighth = Uint8Array.from({ length: 64 }, (_, t) => Number(t % 8 === 7));
  return {
    numEnvs: 1,
    reward: constant(1),
    value: constant(TRUE_VALUE),
    nextValue: constant(TRUE_VALUE),
    terminated: ending === 'terminated' ? everyEighth : new Uint8Array(64),
    truncated: ending === 'truncated' ? everyEighth : new Uint8Array(64),
  };
}

function gae(steps: RewardedSteps, gaeLambda: number): Float32Array {
  const advantage = new Float32Array(steps.reward.length);
  computeGae(steps, { gamma: GAMMA, gaeLambda }, advantage);
  return advantage;
}

/** The paper's equation 16 as written: sum over l of (gamma lambda)^l times the td error l steps on, within the episode. */
function bySummation(steps: RewardedSteps, gaeLambda: number, from: number): number {
  let total = 0;
  for (let i = from, weight = 1; i < steps.reward.length; i += steps.numEnvs, weight *= GAMMA * gaeLambda) {
    const bootstrap = steps.terminated[i] === 1 ? 0 : GAMMA * steps.nextValue[i];
    total += weight * (steps.reward[i] + bootstrap - steps.value[i]);
    if (steps.terminated[i] === 1 || steps.truncated[i] === 1) break;
  }
  return total;
}

const rollouts = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 }))
  .chain(([numEnvs, numSteps]) => {
    const length = numEnvs * numSteps;
    const floats = () =>
      fc
        .array(fc.integer({ min: -50, max: 50 }), { minLength: length, maxLength: length })
        .map((v) => Float32Array.from(v, (x) => x / 10));
    const endings = fc.array(fc.constantFrom(0, 0, 0, 1, 2), { minLength: length, maxLength: length });
    return fc
      .record({ reward: floats(), value: floats(), nextValue: floats(), endings })
      .map(({ reward, value, nextValue, endings: kinds }) => ({
        numEnvs,
        reward,
        value,
        nextValue,
        terminated: Uint8Array.from(kinds, (kind) => Number(kind === 1)),
        truncated: Uint8Array.from(kinds, (kind) => Number(kind === 2)),
      }));
  });

describe('agents/ppo/advantage', () => {
  it('the true value leaves no advantage, however often the window is cut', () => {
    for (const advantage of gae(endlessReward('truncated'), 0.95)) expect(advantage).to.be.closeTo(0, 1e-4);
  });

  it('taking a cut for an end makes the true value look far too high', () => {
    expect(gae(endlessReward('terminated'), 0.95)[7]).to.be.lessThan(-0.9 * TRUE_VALUE);
  });

  it('lambda 0 is the one-step error, lambda 1 the discounted return to the end less the value', () => {
    const steps: RewardedSteps = {
      numEnvs: 1,
      reward: Float32Array.of(1, 2, 4),
      value: Float32Array.of(3, 5, 7),
      nextValue: Float32Array.of(5, 7, 9),
      terminated: Uint8Array.of(0, 0, 1),
      truncated: new Uint8Array(3),
    };
    expect(gae(steps, 0)[0]).to.be.closeTo(1 + GAMMA * 5 - 3, 1e-5);
    expect(gae(steps, 1)[0]).to.be.closeTo(1 + GAMMA * 2 + GAMMA ** 2 * 4 - 3, 1e-5);
  });

  it('the backward pass is the sum of the definition, each env for itself, no episode leaking into another', () => {
    fc.assert(
      fc.property(rollouts, fc.double({ min: 0, max: 1, noNaN: true }), (steps, gaeLambda) => {
        const advantage = gae(steps, gaeLambda);
        advantage.forEach((found, i) => expect(found).to.be.closeTo(bySummation(steps, gaeLambda, i), 1e-3));
      }),
    );
  });
});
