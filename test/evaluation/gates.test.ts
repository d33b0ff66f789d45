import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { checkConfig } from '../../core/config.ts';
import { gatesConfig, type GateConfig } from '../../evaluation/gateConfig.ts';
import { GATE_METRICS, gateMetrics, type GateEvidence } from '../../evaluation/gateMetrics.ts';
import { allPassed, applyGates, checkGates } from '../../evaluation/gates.ts';
import { computePerformance, computePerRegime } from '../../evaluation/metrics.ts';
import { refusal } from '../helpers/refusal.ts';
import { ledgerOf } from './ledgers.ts';

const ledger = ledgerOf([110, 99, 118.8], { rows: [{ regime: 0 }, { regime: 1 }, { regime: 0 }] });
const performance = { ...computePerformance([ledger], 252), turnover: 12, trades: 3 };
const idle = computePerformance(
  [ledgerOf([100, 100, 100], { rows: [{ regime: 0 }, { regime: 1 }, { regime: 0 }] })],
  252,
);
const resampling = { unit: 'blocks', blockBars: 1, units: 3, stream: '1' } as const;
const interval = { confidence: 0.95, probabilityNotBetter: 0.01, upperBps: 3, bars: 3, differingBars: 3, resampling };
const evidence: GateEvidence = {
  test: performance,
  perRegime: computePerRegime([ledger], 252),
  regimeLabels: 'knownBefore',
  stressed: { ...performance, totalReturn: 0.05 },
  stressedBuyAndHold: { ...performance, totalReturn: 0.08 },
  comparisons: [
    { benchmark: 'buyAndHold', meanExcessBps: 1.5, lowerBps: 0.5, ...interval },
    { benchmark: 'random', meanExcessBps: 1, lowerBps: -0.1, ...interval },
  ],
  deflatedSharpe: 0.9,
};
const apply = async (raw: readonly object[], over: Partial<GateEvidence> = {}) =>
  applyGates(gatesConfig.parse(raw), { ...evidence, ...over });
const one = async (raw: object, over: Partial<GateEvidence> = {}) => (await apply([raw], over))[0];

describe('gates', () => {
  it('each says what it asked, what it found, and whether that was enough', async () => {
    const verdicts = await apply([
      { kind: 'beatsBuyAndHold' },
      { kind: 'beatsRandom' },
      { kind: 'positiveAfterP90' },
      { kind: 'positiveAfterP90', measure: 'excessReturn' },
      { kind: 'maxDrawdown', limit: -0.3 },
      { kind: 'deflatedSharpe' },
      { kind: 'minTrades' },
      { kind: 'perRegime', limit: -0.05 },
    ]);
    expect(verdicts.map(({ passed }) => passed)).to.deep.equal([true, false, true, false, true, false, false, false]);
    expect(verdicts.map(({ value }) => value?.toFixed(3))).to.deep.equal([
      ...['0.500', '-0.100', '0.050', '-0.030', '-0.100', '0.900', '3.000', '-0.100'],
    ]);
    expect(verdicts[3].reason).to.equal('Return beyond buy-and-hold at p90 costs is -3 %, asked above 0 %: failed.');
    expect(verdicts[6].reason).to.equal('Number of closed trades is 3, asked at least 30: failed.');
    expect(verdicts[7].reason).to.contain('worst regime, downtrend (by the label known before a bar)');
    expect(allPassed(verdicts)).to.equal(false);
    expect(allPassed(verdicts.filter(({ passed }) => passed))).to.equal(true);
  });

  it('nothing asked is nothing shown', () => {
    expect(allPassed([])).to.equal(false);
  });

  it('an undefined value never passes, however low the limit', async () => {
    const undefinedEvidence = {
      deflatedSharpe: null,
      perRegime: {},
      test: { ...performance, sharpe: null },
    };
    const verdicts = await apply(
      [
        { kind: 'deflatedSharpe', limit: 0 },
        { kind: 'perRegime', limit: -1e9 },
        { kind: 'perRegime', limit: -1e9, regimes: ['plateau'] },
        { kind: 'formula', name: 'f', formula: 'sharpe > -100 or trades >= 0' },
        { kind: 'formula', name: 'g', formula: 'sharpe', limit: -100 },
      ],
      undefinedEvidence,
    );
    for (const { value, passed, reason } of verdicts) {
      expect({ value, passed }).to.deep.equal({ value: null, passed: false });
      expect(reason).to.contain('has nothing to measure');
    }
    expect(verdicts[3].reason).to.contain('sharpe is undefined');
    const nan = await one({ kind: 'maxDrawdown', limit: -1 }, { test: { ...performance, maxDrawdown: NaN } });
    expect(nan).to.include({ value: null, passed: false });
  });

  it('a policy that never traded passes no gate but that of a rival which lost, however low the limits', async () => {
    const comparisons = [
      { benchmark: 'buyAndHold', meanExcessBps: 2, lowerBps: 1, ...interval },
      { benchmark: 'random', meanExcessBps: 0, lowerBps: 0, ...interval, differingBars: 0 },
    ];
    const perRegime = computePerRegime([ledgerOf([100, 100], { rows: [{ regime: 0 }, { regime: 1 }] })], 252);
    const [beatsHolding, ...others] = await apply(
      [
        { kind: 'beatsBuyAndHold', limit: 0 },
        { kind: 'beatsRandom', limit: -1 },
        { kind: 'positiveAfterP90', limit: -1 },
        { kind: 'positiveAfterP90', measure: 'excessReturn', limit: -1 },
        { kind: 'maxDrawdown', limit: -1 },
        { kind: 'deflatedSharpe', limit: 0 },
        { kind: 'minTrades', limit: 0 },
        { kind: 'perRegime', limit: -1 },
        { kind: 'formula', name: 'calm', formula: 'maxDrawdown > -0.5' },
        { kind: 'formula', name: 'ahead', formula: 'lowerOverRandomBps', limit: 0 },
      ],
      { test: idle, stressed: idle, perRegime, deflatedSharpe: null, comparisons },
    );
    expect(beatsHolding).to.include({ passed: true, value: 1 });
    for (const { name, passed, value, reason } of others) {
      expect({ passed, value }, name).to.deep.equal({ passed: false, value: null });
      expect(reason, name).to.contain('has nothing to measure: the policy never traded');
    }
  });

  it('a policy that trades as its benchmark on every bar beats it at no limit', async () => {
    const same = (benchmark: string) => ({ benchmark, meanExcessBps: 0, lowerBps: 0, ...interval, differingBars: 0 });
    const verdicts = await apply(
      [
        { kind: 'beatsBuyAndHold', limit: -1 },
        { kind: 'beatsRandom', limit: -1 },
        { kind: 'positiveAfterP90', measure: 'excessReturn', limit: -1 },
        { kind: 'formula', name: 'even', formula: 'excessOverRandomBps >= 0' },
      ],
      { comparisons: [same('buyAndHold'), same('random')] },
    );
    for (const { passed, value } of verdicts) expect({ passed, value }).to.deep.equal({ passed: false, value: null });
    expect(verdicts.map(({ reason }) => reason)).to.deep.equal([
      'Lower 95 % bound of growth beyond buy-and-hold has nothing to measure: the policy traded as buy-and-hold on every bar. Asked above -1: failed.',
      'Lower 95 % bound of growth beyond random trading has nothing to measure: the policy traded as random trading on every bar. Asked above -1: failed.',
      'Return beyond buy-and-hold at p90 costs has nothing to measure: the policy traded as buy-and-hold on every bar. Asked above -100 %: failed.',
      "'excessOverRandomBps >= 0' with excessOverRandomBps = undefined has nothing to measure: excessOverRandomBps is undefined. Asked at least 1: failed.",
    ]);
  });

  it('what is above its limit by rounding alone, or at it by standing still, is not beyond it', async () => {
    const noise = [{ benchmark: 'buyAndHold', meanExcessBps: 1e-3, lowerBps: 1e-11, ...interval }];
    expect(await one({ kind: 'beatsBuyAndHold' }, { comparisons: noise })).to.include({ passed: false, value: 1e-11 });
    const zero = { stressed: { ...performance, totalReturn: 0 } };
    expect(await one({ kind: 'positiveAfterP90' }, zero)).to.include({ passed: false, value: 0 });
    expect(await one({ kind: 'minTrades', limit: 0 }, { test: { ...performance, trades: 0 } })).to.include({
      passed: false,
      reason: 'Number of closed trades has nothing to measure: the policy closed no trade. Asked at least 0: failed.',
    });
    const perRegime = {
      uptrend: { totalReturn: 0.3, sharpe: 2, bars: 40 },
      downtrend: { totalReturn: 0, sharpe: null, bars: 30 },
    };
    const atLimit = await one({ kind: 'perRegime', limit: 0 }, { perRegime });
    expect(atLimit).to.include({ passed: false, value: null });
    expect(atLimit.reason).to.contain('in downtrend has nothing to measure: the account did not move there');
    expect(await one({ kind: 'perRegime', limit: -0.1 }, { perRegime })).to.include({ passed: true, value: 0 });
  });

  it('a stricter limit never lets through what a laxer one stopped', async () => {
    const limited = fc.constantFrom<GateConfig['kind']>(
      ...([
        'beatsBuyAndHold',
        'beatsRandom',
        'positiveAfterP90',
        'maxDrawdown',
        'deflatedSharpe',
        'perRegime',
      ] as const),
    );
    const bounded = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(limited, bounded, bounded, async (kind, a, b) => {
        const signed = (limit: number) => (kind === 'maxDrawdown' ? -limit : limit);
        const [lax, strict] = [signed(a), signed(b)].sort((x, y) => x - y);
        const [easy, hard] = await apply([
          { kind, limit: lax },
          { kind, limit: strict },
        ]);
        expect(hard.passed && !easy.passed).to.equal(false);
      }),
    );
  });

  it('a formula is true or false, or a number with a limit', async () => {
    const passed = await one({ kind: 'formula', name: 'calm', formula: 'maxDrawdown > -0.2 and totalReturn > 0' });
    expect(passed).to.include({ name: 'calm', value: 1, limit: 1, passed: true });
    expect(passed.reason).to.contain('maxDrawdown = -0.1, totalReturn = 0.188 is true');
    const failed = await one({ kind: 'formula', name: 'f', formula: 'maxDrawdown > 0', limit: 0 });
    expect(failed).to.include({ value: 0, limit: 1, passed: false });
    const score = await one({ kind: 'formula', name: 'score', formula: 'totalReturn / abs(maxDrawdown)', limit: 2 });
    expect(score).to.include({ limit: 2, passed: false });
    expect(score.value).to.be.closeTo(1.88, 1e-9);
    expect(await refusal(() => one({ kind: 'formula', name: 'f', formula: 'sharpe' }))).to.contain('no limit');
  });

  it('formulas are checked before there is any evidence', async () => {
    const gates = gatesConfig.parse([{ kind: 'formula', name: 'f', formula: 'sharpp > 1' }]);
    expect(await refusal(() => checkGates(gates))).to.contain("did you mean 'sharpe'?");
    await checkGates(gatesConfig.parse([{ kind: 'formula', name: 'f', formula: GATE_METRICS.join(' + ') + ' > 0' }]));
    expect(Object.keys(gateMetrics(evidence))).to.deep.equal([...GATE_METRICS]);
    expect(gateMetrics(evidence)).to.include({ excessOverBuyAndHoldBps: 1.5, lowerOverRandomBps: -0.1, costs: 0 });
  });

  it('a config with an unknown gate or an impossible limit is refused', async () => {
    expect(await refusal(() => checkConfig(gatesConfig, [{ kind: 'beatsBuyAndHolt' }]))).to.contain('kind');
    expect(await refusal(() => checkConfig(gatesConfig, [{ kind: 'maxDrawdown', limit: 0.3 }]))).to.contain('limit');
    expect(await refusal(() => checkConfig(gatesConfig, [{ kind: 'minTrades', limt: 3 }]))).to.contain("'limit'");
    expect(gatesConfig.parse(undefined).map(({ kind }) => kind)).to.have.lengthOf(7);
  });
});
