/** The colors of every page, by role: one value on paper, one on a dark screen, chosen by the reader's system. */

interface Shade {
  readonly light: string;
  readonly dark: string;
}

/** Light values are distinct, so that a drawn color names its role again. */
export const COLORS = {
  paper: { light: '#faf9f6', dark: '#141513' },
  panel: { light: '#f2f0ea', dark: '#1d1f1c' },
  ink: { light: '#1c1c1a', dark: '#ebe8e0' },
  muted: { light: '#66645d', dark: '#a19d93' },
  rule: { light: '#dcd9cf', dark: '#34362f' },
  faint: { light: '#e9e6dd', dark: '#272923' },
  pass: { light: '#2a7a4d', dark: '#6fc493' },
  fail: { light: '#b0352b', dark: '#f0857a' },
  agent1: { light: '#1d5fa6', dark: '#74aeea' },
  agent2: { light: '#b9561f', dark: '#ec955f' },
  agent3: { light: '#6a4c9f', dark: '#b096e2' },
  agent4: { light: '#1f7f7a', dark: '#63c4bd' },
  agent5: { light: '#94690a', dark: '#d8ac4f' },
  agent6: { light: '#a6315c', dark: '#ea80a5' },
  benchmark1: { light: '#3b3a36', dark: '#d2cfc6' },
  benchmark2: { light: '#a29e93', dark: '#79766d' },
  benchmark3: { light: '#86827a', dark: '#98958c' },
  benchmark4: { light: '#6d7e8c', dark: '#8fa0ae' },
  benchmark5: { light: '#8c7b6d', dark: '#b09e8f' },
  uptrend: { light: '#3c9170', dark: '#4fae88' },
  downtrend: { light: '#c2524c', dark: '#db7570' },
  oscillating: { light: '#c89c3c', dark: '#d3b05e' },
  plateau: { light: '#7c8ba3', dark: '#8d9cb4' },
  unknown: { light: '#b9b5a9', dark: '#5c5a53' },
  fees: { light: '#335a7c', dark: '#7ea9cf' },
  spread: { light: '#7799b5', dark: '#4f7596' },
  slippage: { light: '#cba45c', dark: '#cda761' },
  interest: { light: '#a3573d', dark: '#cf8467' },
} as const satisfies Record<string, Shade>;

export type ColorName = keyof typeof COLORS;

const AGENT_COLORS = ['agent1', 'agent2', 'agent3', 'agent4', 'agent5', 'agent6'] as const;
const BENCHMARK_COLORS = ['benchmark1', 'benchmark2'] as const;
const RANDOM_COLORS = ['benchmark3', 'benchmark4', 'benchmark5'] as const;

/** Colors repeat after six agents and three random traders; names tell them apart then. */
export const agentColor = (index: number): ColorName => AGENT_COLORS[index % AGENT_COLORS.length];
export const benchmarkColor = (index: number): ColorName =>
  BENCHMARK_COLORS[index] ?? RANDOM_COLORS[(index - BENCHMARK_COLORS.length) % RANDOM_COLORS.length];

/** What CSS writes for a role. */
export const cssColor = (name: ColorName): string => `var(--${name})`;

/** What a chart library that computes with colors is given; {@link themeSvg} turns it into the role again. */
export const chartColor = (name: ColorName): string => COLORS[name].light;

/** The custom properties of both schemes. */
export function themeCss(): string {
  const block = (scheme: keyof Shade) =>
    Object.entries(COLORS)
      .map(([name, shade]) => `--${name}:${shade[scheme]};`)
      .join('');
  return `:root{color-scheme:light dark;${block('light')}}\n@media (prefers-color-scheme:dark){:root{${block('dark')}}}`;
}

/** Replaces each role's light color in a drawn SVG by its custom property, so that the drawing follows the scheme. */
export function themeSvg(svg: string): string {
  const roleOf = new Map<string, string>(Object.entries(COLORS).map(([name, shade]) => [shade.light, name]));
  return svg.replace(/(fill|stroke)="(#[0-9a-f]{6})"/g, (whole, attribute: string, color: string) => {
    const role = roleOf.get(color);
    return role === undefined ? whole : `${attribute}="var(--${role})"`;
  });
}
