import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { z } from 'zod';
import { checkConfig } from '../../core/config.ts';
import { targetWeightsConfig, weightReader } from '../../envs/targetWeights.ts';
import { constantExecution } from '../helpers/constantExecution.ts';
import { refusal } from '../helpers/refusal.ts';
import { handEnv, handWorlds, walkEnv } from '../helpers/tradingEnvs.ts';

const ranges = fc
  .record({
    min: fc.double({ min: -3, max: 0, noNaN: true }),
    max: fc.double({ min: 0.1, max: 3, noNaN: true }),
    deadband: fc.double({ min: 0, max: 0.09, noNaN: true }),
  })
  .map(({ min, max, deadband }) => ({ min, max, deadband }));

describe('weights of a range', () => {
  it('are zero near zero, the weight traded to near it, and else what was asked for', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(ranges, share, share, (range, asked, held) => {
        const weightOf = weightReader(range);
        const at = (part: number) => range.min + part * (range.max - range.min);
        const traded = weightOf(at(held), 0);
        const weight = weightOf(at(asked), traded);
        expect(weight === 0 || Math.abs(weight) >= range.deadband).to.equal(true);
        expect(weight === traded || Math.abs(weight - traded) >= range.deadband).to.equal(true);
        expect(weight >= range.min && weight <= range.max).to.equal(true);
        expect(Math.abs(weight - at(asked))).to.be.at.most(2 * range.deadband);
        expect(weightOf(weight, traded), 'a weight once read is that weight').to.equal(weight);
        expect(weightOf(0, traded), 'every account can go flat').to.equal(0);
      }),
    );
  });

  it('may miss a bound by a rounding of single precision, and by no more', () => {
    const weightOf = weightReader({ min: -0.7, max: 0.3, deadband: 0 });
    expect(weightOf(Math.fround(0.3), 0)).to.equal(0.3);
    expect(weightOf(Math.fround(-0.7) - 1e-7, 0)).to.equal(-0.7);
    for (const action of [0.301, -0.701, NaN, Infinity]) expect(weightOf(action, 0)).to.be.NaN;
  });

  it('are declared in one place, and nonsense is refused by name', async () => {
    const schema = z.strictObject({ targetWeights: targetWeightsConfig });
    const read = (targetWeights: unknown) => checkConfig(schema, { targetWeights });
    expect(read({ min: -1, max: 2 })).to.deep.equal({ targetWeights: { min: -1, max: 2, deadband: 0.02 } });
    expect(checkConfig(schema, {})).to.deep.equal({ targetWeights: [-1, 0, 1] });
    const refused: [unknown, string][] = [
      [{ min: 0.5, max: 1 }, 'targetWeights.min'],
      [{ min: 0, max: 0 }, 'below the largest weight'],
      [{ min: -1, max: 1, deadband: 1 }, 'below the largest weight'],
      [{ min: -1, max: 1, deadbnd: 0.1 }, "'deadband'"],
      [{ min: -1 }, 'a range { min, max, deadband }'],
      [[1], 'targetWeights'],
      [[1, 1], 'must differ'],
      ['all', 'a ladder such as'],
    ];
    for (const [value, what] of refused) expect(await refusal(() => read(value))).to.contain(what);
  });
});

describe('trading env of a range', () => {
  it('lives the life of a ladder whose weights it is told, bit for bit', () => {
    const ladder = [-1, 0, 0.5];
    const [byIndex, byWeight] = [
      walkEnv(3, 4, { targetWeights: ladder }),
      walkEnv(3, 4, { targetWeights: { min: -1, max: 0.5, deadband: 0.5 } }),
    ];
    byIndex.reset();
    byWeight.reset();
    for (let t = 0; t < 200; t++) {
      const actions = Int32Array.from({ length: 4 }, (_, env) => ((t * 7 + env) >> 2) % 3);
      const a = byIndex.step(actions);
      const b = byWeight.step(Float32Array.from(actions, (action) => ladder[action]));
      expect(b.reward).to.deep.equal(a.reward);
      expect(b.finalState).to.deep.equal(a.finalState);
    }
    expect(byWeight.accounts.cash).to.deep.equal(byIndex.accounts.cash);
  });

  it('pays for no dust: weights that tremble within the deadband trade once, and every bar without one', () => {
    const fills = (deadband: number) => {
      const env = handEnv(handWorlds(new Array(60).fill(100)), {
        targetWeights: { min: -1, max: 1, deadband },
        execution: constantExecution({ takerFeeBps: 10 }),
      });
      env.reset();
      let count = 0;
      for (let t = 0; t < 50; t++) {
        env.step(Float32Array.of(0.5 + 0.009 * Math.sin(t)));
        count += env.accounts.tradedNotional[0] > 0 ? 1 : 0;
      }
      return count;
    };
    expect(fills(0.02)).to.equal(1);
    expect(fills(0)).to.equal(50);
  });

  it('refuses what is no weight of it, what makes no range, and to tell of every action', async () => {
    const range = { min: -1, max: 1, deadband: 0.02 };
    const env = handEnv(handWorlds([100, 100, 100]), { targetWeights: range });
    env.reset();
    for (const action of [1.5, NaN]) {
      expect(await refusal(() => env.step(Float32Array.of(action)))).to.contain('a weight from -1 to 1');
    }
    const worlds = handWorlds([100, 101]);
    for (const wrong of [{ min: 0.1 }, { max: NaN }, { deadband: 1 }]) {
      const targetWeights = { ...range, ...wrong };
      expect(await refusal(() => handEnv(worlds, { targetWeights }))).to.contain('targetWeights');
    }
    const told = () => handEnv(worlds, { targetWeights: range, counterfactual: true });
    expect(await refusal(told)).to.contain('a ladder of weights');
  });
});
