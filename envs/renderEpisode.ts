/** An episode so far as a picture: an SVG for documents, ANSI text for terminals. Pure functions of its columns. */

export interface EpisodeView {
  readonly title: string;
  /** Prices that the account was marked at, the opening first. */
  readonly close: readonly number[];
  readonly equity: readonly number[];
  /** Signed notional / equity at each close. */
  readonly weight: readonly number[];
}

const WIDTH = 720;
const PRICE_HEIGHT = 200;
const EQUITY_HEIGHT = 90;
const TOP = 30;
const GAP = 16;
const HEIGHT = TOP + PRICE_HEIGHT + GAP + EQUITY_HEIGHT + 8;
const COLORS = { long: '#1a9850', short: '#d73027', flat: '#8c8c8c' } as const;
const ANSI = { long: '\u001b[32m', short: '\u001b[31m', flat: '\u001b[90m' } as const;
const ANSI_RESET = '\u001b[0m';
const BLOCKS = '▁▂▃▄▅▆▇█';

type Side = keyof typeof COLORS;

const sideOf = (weight: number): Side => (weight > 0 ? 'long' : weight < 0 ? 'short' : 'flat');

/** Price above, colored by the position held through each bar; equity below. */
export function renderSvg(view: EpisodeView): string {
  const x = (bar: number) => (view.close.length < 2 ? 0 : (bar * WIDTH) / (view.close.length - 1));
  const price = scale(view.close, TOP, PRICE_HEIGHT);
  const equity = scale(view.equity, TOP + PRICE_HEIGHT + GAP, EQUITY_HEIGHT);
  const point = (values: readonly number[], y: (value: number) => number) => (bar: number) =>
    `${x(bar).toFixed(1)},${y(values[bar]).toFixed(1)}`;
  const line = (points: readonly string[], color: string, width = 1.5) =>
    `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="${width}"/>`;
  const stretches = cutBySide(view.weight).map(({ side, from, to }) =>
    line(range(from, to).map(point(view.close, price)), COLORS[side], side === 'flat' ? 1 : 2),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escapeXml(view.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="4" y="18" fill="#222222">${escapeXml(describe(view))}</text>`,
    ...stretches,
    line(range(0, view.equity.length - 1).map(point(view.equity, equity)), '#2166ac'),
    '</svg>',
  ].join('\n');
}

/** Two lines of blocks, price colored by position and equity, at most `columns` wide. */
export function renderAnsi(view: EpisodeView, columns = 80): string {
  const last = view.close.length - 1;
  const shown = Math.min(columns, view.close.length);
  const bars = Array.from({ length: shown }, (_, i) => (shown === 1 ? last : Math.round((i * last) / (shown - 1))));
  const blocks = (values: readonly number[]) => {
    const height = scale(values, 0, BLOCKS.length - 1);
    return bars.map((bar) => BLOCKS[BLOCKS.length - 1 - Math.round(height(values[bar]))]);
  };
  const price = blocks(view.close).map((block, i) => `${ANSI[sideOf(view.weight[bars[i]])]}${block}`);
  return `${describe(view)}\n${price.join('')}${ANSI_RESET}\n${blocks(view.equity).join('')}`;
}

function describe({ title, close, equity, weight }: EpisodeView): string {
  const last = equity.length - 1;
  const gain = (100 * (equity[last] / equity[0] - 1)).toFixed(2);
  const side = sideOf(weight[last]);
  return `${title}: bar ${last}, price ${close[last].toPrecision(6)}, ${side} ${Math.abs(weight[last]).toFixed(2)}, equity ${equity[last].toFixed(2)} (${gain} %)`;
}

/** The vertical place of a value, the largest at `top`; all in the middle where none differs. */
function scale(values: readonly number[], top: number, height: number): (value: number) => number {
  const low = Math.min(...thinned(values));
  const high = Math.max(...thinned(values));
  return (value) => (high === low ? top + height / 2 : top + (height * (high - value)) / (high - low));
}

/** Spreading a long array over arguments would overflow the stack. */
const thinned = (values: readonly number[]): number[] => {
  const chunk = Math.ceil(values.length / 1000);
  const extremes: number[] = [];
  for (let from = 0; from < values.length; from += chunk) {
    const part = values.slice(from, from + chunk);
    extremes.push(Math.min(...part), Math.max(...part));
  }
  return extremes;
};

/** Stretches of bars through which the same side was held: bar b of a stretch belongs to the move from b - 1 to b. */
function cutBySide(weight: readonly number[]): { side: Side; from: number; to: number }[] {
  const stretches: { side: Side; from: number; to: number }[] = [];
  for (let bar = 1; bar < weight.length; bar++) {
    const side = sideOf(weight[bar]);
    const open = stretches.at(-1);
    if (open?.side === side) open.to = bar;
    else stretches.push({ side, from: bar - 1, to: bar });
  }
  return stretches;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
