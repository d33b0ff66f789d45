import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Policy } from '../../agents/agent.ts';
import { loadPolicy } from '../../agents/policy.ts';
import { createRng } from '../../core/rng.ts';
import type { TargetWeights } from '../../envs/targetWeights.ts';
import type { TradingVectorEnv } from '../../envs/tradingVectorEnv.ts';
import type { Worlds } from '../../market/worlds.ts';
import { smallPpo } from '../agents/helpers/learners.ts';
import { meanReward, train } from '../agents/helpers/train.ts';
import { handEnv, handWorlds } from '../helpers/tradingEnvs.ts';

/** Expected return of the next bar where the signal is 1, and its size around that: up or down with the same probability. */
const DRIFT = 0.08;
const SIZE = 0.2;
const BARS = 4000;
const EPISODE = 50;
const RANGE = { min: -2.5, max: 2.5, deadband: 0.02 };

/** A market whose next return is `DRIFT * signal`, plus or minus `SIZE`; each bar shows its signal, uniform in [-1, 1]. */
function signalWorlds(seed: number): Worlds {
  const luck = createRng(seed);
  const signal = Float32Array.from({ length: BARS }, () => 2 * luck.next() - 1);
  const close = [100];
  for (let bar = 1; bar < BARS; bar++) {
    close.push(close[bar - 1] * (1 + DRIFT * signal[bar - 1] + (luck.next() < 0.5 ? SIZE : -SIZE)));
  }
  const worlds = handWorlds([close[0], ...close.slice(0, -1)], close);
  return { ...worlds, context: { matrix: signal, rows: BARS, features: 1, window: 1 } };
}

const createEnv = (worlds: Worlds, numEnvs: number, targetWeights: TargetWeights): TradingVectorEnv =>
  handEnv(worlds, {
    numEnvs,
    targetWeights,
    source: {
      next(_env, luck) {
        const startRow = luck.int(BARS - EPISODE - 1);
        return { startRow, endRow: startRow + EPISODE, costMode: 'none' };
      },
    },
  });

/** What grows fastest: of a drift m and a size s, the weight m / (s^2 - m^2). */
const kelly = (signal: number): number => (DRIFT * signal) / (SIZE ** 2 - (DRIFT * signal) ** 2);

/** Asks for the same function of the signal always. */
const ruleOf = (worlds: Worlds, name: string, actionOf: (signal: number) => number): Policy => ({
  name,
  act({ row }, actions) {
    for (let env = 0; env < actions.length; env++) actions[env] = actionOf(worlds.context.matrix[row[env]]);
  },
});

describe('weights of a range can be learned', () => {
  it('PPO finds how much to hold: nine tenths of the optimal growth, more than the best of short, flat and long', async () => {
    const worlds = signalWorlds(1);
    const env = createEnv(worlds, 8, RANGE);
    const learner = await smallPpo(
      { spec: env.spec, totalSteps: 40_000 },
      { gamma: 0, gaeLambda: 0, entCoef: 0, numSteps: 128 },
    );
    await train(learner, env, 40_000 / 8);
    const model = learner.exportPolicy();
    learner.dispose();

    const unseen = signalWorlds(2);
    const { context } = unseen;
    const growth = (policy: Policy, weights: TargetWeights) => meanReward(policy, createEnv(unseen, 64, weights), 400);
    const policy = await loadPolicy({ name: 'ppo', model, context, spec: { ...env.spec, context } });
    const learned = await growth(policy, RANGE);
    policy.dispose();
    const optimal = await growth(ruleOf(unseen, 'kelly', kelly), RANGE);
    const bestOfThree = await growth(
      ruleOf(unseen, 'sign', (signal) => (signal > 0.25 ? 2 : signal < -0.25 ? 0 : 1)),
      [-1, 0, 1],
    );
    expect(learned / optimal).to.be.above(0.9);
    expect(learned).to.be.above(bestOfThree);
    expect(bestOfThree / optimal, 'the range is worth something').to.be.below(0.85);
  });
});
