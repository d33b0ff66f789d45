import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  judge,
  NO_RULES,
  rulesConfig,
  type RulesConfig,
  type RuleVerdict,
  type TradingMoment,
} from '../../live/rules.ts';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const moments: fc.Arbitrary<TradingMoment> = fc.record({
  equity: number(1, 200),
  peakEquity: number(100, 200),
  dayStartEquity: number(50, 200),
  ordersToday: fc.integer({ min: 0, max: 12 }),
  barAgeMs: number(0, 1e5),
  heldWeight: number(-2, 2),
  wantedWeight: number(-3, 3),
});

const limits: fc.Arbitrary<RulesConfig> = fc.record({
  maxPositionWeight: fc.option(number(0, 3)),
  maxOrdersPerDay: fc.option(fc.integer({ min: 1, max: 12 })),
  maxDailyLoss: fc.option(number(0, 1)),
  maxDrawdown: fc.option(number(0, 1)),
  minEquity: number(0, 100),
  maxBarAgeMs: fc.option(number(1, 1e5)),
});

/** Every limit at least as wide. */
function widen(rules: RulesConfig, by: number): RulesConfig {
  const wider = (limit: number | null) => (limit === null ? null : limit * (1 + by));
  return {
    maxPositionWeight: wider(rules.maxPositionWeight),
    maxOrdersPerDay: rules.maxOrdersPerDay === null ? null : rules.maxOrdersPerDay + Math.ceil(by * 5),
    maxDailyLoss: wider(rules.maxDailyLoss),
    maxDrawdown: wider(rules.maxDrawdown),
    minEquity: rules.minEquity / (1 + by),
    maxBarAgeMs: wider(rules.maxBarAgeMs),
  };
}

const SEVERITY = { allow: 0, clamp: 1, refuse: 2, trip: 3 } as const;
const exposure = (verdict: RuleVerdict) => ('weight' in verdict ? Math.abs(verdict.weight) : 0);

describe('pre-trade rules', () => {
  it('widening any limit never makes a verdict stricter nor an allowed position smaller', () => {
    fc.assert(
      fc.property(moments, limits, number(0, 2), (moment, rules, by) => {
        const [tight, wide] = [judge(moment, rules), judge(moment, widen(rules, by))];
        expect(SEVERITY[wide.kind]).to.be.at.most(SEVERITY[tight.kind]);
        expect(exposure(wide)).to.be.at.least(exposure(tight));
      }),
      { numRuns: 3000 },
    );
  });

  it('what is let through is never beyond the limit, never larger than wanted, never of the other sign', () => {
    fc.assert(
      fc.property(moments, limits, (moment, rules) => {
        const verdict = judge(moment, rules);
        if (!('weight' in verdict)) return;
        expect(Math.abs(verdict.weight)).to.be.at.most(
          Math.min(rules.maxPositionWeight ?? Infinity, Math.abs(moment.wantedWeight)),
        );
        expect(verdict.weight * moment.wantedWeight).to.be.at.least(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('each rule says no just beyond its limit and yes on it, with its name', () => {
    const calm: TradingMoment = {
      equity: 90,
      peakEquity: 100,
      dayStartEquity: 100,
      ordersToday: 3,
      barAgeMs: 500,
      heldWeight: 0,
      wantedWeight: 1,
    };
    const cases: [Partial<RulesConfig>, RuleVerdict['kind'], string][] = [
      [{ maxPositionWeight: 1 }, 'allow', ''],
      [{ maxPositionWeight: 0.9 }, 'clamp', 'maxPositionWeight'],
      [{ maxOrdersPerDay: 4 }, 'allow', ''],
      [{ maxOrdersPerDay: 3 }, 'refuse', 'maxOrdersPerDay'],
      [{ maxBarAgeMs: 500 }, 'allow', ''],
      [{ maxBarAgeMs: 499 }, 'refuse', 'maxBarAgeMs'],
      [{ maxDailyLoss: 0.11 }, 'allow', ''],
      [{ maxDailyLoss: 0.09 }, 'trip', 'maxDailyLoss'],
      [{ maxDrawdown: 0.11 }, 'allow', ''],
      [{ maxDrawdown: 0.09 }, 'trip', 'maxDrawdown'],
      [{ minEquity: 90 }, 'allow', ''],
      [{ minEquity: 90.01 }, 'trip', 'minEquity'],
    ];
    for (const [rules, kind, rule] of cases) {
      const verdict = judge(calm, { ...NO_RULES, ...rules });
      expect([verdict.kind, 'rule' in verdict ? verdict.rule : ''], JSON.stringify(rules)).to.deep.equal([kind, rule]);
    }
    expect(judge({ ...calm, wantedWeight: 0 }, { ...NO_RULES, maxOrdersPerDay: 3 }).kind).to.equal('allow');
  });

  it('an account whose equity is no number trips, with or without limits', () => {
    for (const rules of [NO_RULES, rulesConfig.parse({})]) {
      const moment: TradingMoment = {
        equity: NaN,
        peakEquity: NaN,
        dayStartEquity: 1,
        ordersToday: 0,
        barAgeMs: 0,
        heldWeight: 0,
        wantedWeight: 1,
      };
      expect(judge(moment, rules).kind).to.equal('trip');
    }
  });
});
