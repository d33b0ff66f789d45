import { expect } from 'chai';
import { describe, it } from 'mocha';
import { renderSummary } from '../../reports/renderSummary.ts';
import { COLORS, themeSvg } from '../../reports/theme.ts';
import { verdictOf } from '../../reports/verdict.ts';
import { walkEvaluation } from './walkEvaluation.ts';

describe('verdict and summary', () => {
  it('a promotion names the agent, its return and that of buy-and-hold', () => {
    const evaluation = walkEvaluation(7, 'ppo');
    const { outcome, agent, sentence, objections } = verdictOf(evaluation);
    expect([outcome, agent?.name, objections.length]).to.deep.equal(['promoted', 'ppo', 0]);
    expect(sentence).to.match(
      /^ppo is promoted: it returned \+[\d.]+% .* buy and hold [+\u2212][\d.]+%, .* all 4 gates\.$/,
    );
  });

  it('a refusal names the agent that came closest, its first failed gate and by how much', () => {
    const evaluation = walkEvaluation(7, null);
    const { outcome, agent, sentence, objections } = verdictOf(evaluation);
    const [gate] = agent?.gates ?? [];
    expect([outcome, objections.length]).to.deep.equal(['refused', 2]);
    expect(sentence).to.include('failed 2 of 4 gates');
    expect(sentence).to.include(`by ${Number(Math.abs((gate.value ?? NaN) - gate.limit).toPrecision(3))}`);
  });

  it('a gate whose value is undefined is said to have had nothing to measure, and an evaluation without agents is no verdict', () => {
    const evaluation = walkEvaluation(7, null);
    const undefinedGate = { ...evaluation.agents[0].gates[2], name: 'deflatedSharpe' };
    const agents = [{ ...evaluation.agents[0], gates: [undefinedGate] }];
    expect(verdictOf({ ...evaluation, agents }).sentence).to.include(
      '“Deflated sharpe” has nothing to measure against a limit of 0.95',
    );
    expect(verdictOf({ ...evaluation, agents: [] }).sentence).to.equal('No agent was judged.');
  });

  it('the summary has a line for every policy, in columns that end where their heads end', () => {
    const evaluation = walkEvaluation(7);
    const lines = renderSummary(evaluation).split('\n');
    const names = ['dqn', 'ppo', 'Buy and hold', 'Flat', 'Random (dqn)', 'Random (ppo)'];
    expect(lines.slice(2, 8).map((line) => line.slice(0, 12).trim())).to.deep.equal(names);
    const end = lines[0].indexOf('Sharpe') + 'Sharpe'.length;
    for (const line of lines.slice(2, 8)) {
      expect(line[end - 1]).to.match(/[\d—]/);
      expect(line.slice(end, end + 2)).to.equal('  ');
    }
    expect(lines[2]).to.include('4/4 promoted');
    expect(lines[8]).to.include("that agent's turnover and positions; means over 8 lives");
    // The other agent's gate of an undefined value is told of too.
    expect(lines.at(-1)).to.equal('  - ppo: Asked for 0.95 after 14 trials.');
    expect(lines.at(-2)).to.equal(verdictOf(evaluation).sentence);
    expect(lines[10]).to.equal('Annualized by 8,766 bars a year (calendar always: 24 hours a day, 7 days a week).');
  });
});

describe('theme', () => {
  it('light colors are distinct, so that each is a role again when a drawing is themed', () => {
    const lights = Object.values(COLORS).map(({ light }) => light);
    expect(new Set(lights).size).to.equal(lights.length);
    expect(themeSvg(`<path fill="${COLORS.uptrend.light}" stroke="#123456">`)).to.equal(
      '<path fill="var(--uptrend)" stroke="#123456">',
    );
  });

  it('text reads against its background in both schemes: contrast of at least 4.5 to 1', () => {
    for (const scheme of ['light', 'dark'] as const) {
      for (const role of ['ink', 'muted', 'pass', 'fail'] as const) {
        expect(contrast(COLORS[role][scheme], COLORS.paper[scheme]), `${role} ${scheme}`).to.be.at.least(4.5);
      }
      for (const role of [
        'agent1',
        'agent2',
        'agent3',
        'agent4',
        'agent5',
        'agent6',
        'benchmark1',
        'benchmark3',
      ] as const) {
        expect(contrast(COLORS[role][scheme], COLORS.paper[scheme]), `${role} ${scheme}`).to.be.at.least(3);
      }
    }
  });
});

/** WCAG 2.2 contrast ratio of two hex colors. */
function contrast(a: string, b: string): number {
  const [bright, dim] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
