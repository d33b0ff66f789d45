/** A seeded market of labelled regimes. */

import { InputError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { REGIMES, type Regime } from '../regimes/regime.ts';
import { drawBridgeMaximum, drawBridgeMinimum } from './barShape.ts';
import { concatBars, createBars, type Bars } from './bars.ts';
import { isoTimeMs } from './isoTime.ts';
import { drawSegments } from './regimeChain.ts';
import { drawDynamics } from './regimeDynamics.ts';
import { drawStudentT } from './studentT.ts';
import type { SyntheticConfig, SyntheticPathsConfig } from './syntheticConfig.ts';

/** No bar moves farther, whatever the draw: the price stays positive. */
const MAX_RETURN = 0.5;
/** A path may rise or fall to this multiple of its start and no farther: beyond it, numbers run out. */
const MAX_MULTIPLE = 1e50;
/** Bars of a week of hours, the spread of starting times. */
const START_SPREAD = 168;

export interface SyntheticPath {
  readonly bars: Bars;
  /** (rows) index into REGIMES. */
  readonly regime: Uint8Array;
}

/** Paths one after another, ready for {@link Worlds}. */
export interface SyntheticMarket extends SyntheticPath {
  readonly paths: readonly {
    readonly name: string;
    readonly from: number;
    readonly to: number;
    readonly regime: Regime | null;
  }[];
}

/** Which path to draw: it depends on the rng's path and `name` alone. */
export interface PathRequest {
  readonly name: string;
  readonly bars: number;
  /** Null: pass through regimes by the Markov chain. */
  readonly regime: Regime | null;
}

/**
 * One path.
 *
 * Returns are simple, and shocks symmetric around zero: where drift and reversion are zero, price is a martingale and
 * no rule earns before costs. The next open differs from the close by a small gap without drift, so that what a
 * fill pays is never a price that was observed.
 */
export function generatePath(config: SyntheticConfig, rng: Rng, request: PathRequest): SyntheticPath {
  const own = rng.fork(request.name);
  const prices = own.fork('prices');
  const bars = createBars(request.bars);
  const regime = new Uint8Array(request.bars);
  const startMs = isoTimeMs(config.startTime) + own.fork('start').int(START_SPREAD) * config.timeframeMs;
  const volume = own.fork('volume');
  const { volatilityPersistence, volatilityOfVolatility } = config;
  const innovation = volatilityOfVolatility * Math.sqrt(1 - volatilityPersistence ** 2);
  let logVolatility = volatilityOfVolatility * prices.normal();
  let open = config.startPrice;
  let row = 0;
  for (const segment of drawSegments(config, own.fork('regimes'), request.bars, request.regime)) {
    const dynamics = drawDynamics(config, prices, segment.regime, open);
    for (const end = row + segment.bars; row < end; row++) {
      logVolatility = volatilityPersistence * logVolatility + innovation * prices.normal();
      // exp of a normal has mean square exp(2 variance): taken out, so that the config's volatility is that of returns.
      const sigma = dynamics.volatility * Math.exp(logVolatility - volatilityOfVolatility ** 2);
      const expected = dynamics.expectedReturn(open);
      const shock = drawStudentT(prices, config.tailDegrees);
      const move = clamp(expected + sigma * shock);
      bars.openTimeMs[row] = startMs + row * config.timeframeMs;
      bars.open[row] = open;
      bars.close[row] = open * (1 + move);
      bars.high[row] = open * (1 + drawBridgeMaximum(prices, move, sigma));
      bars.low[row] = open * (1 + drawBridgeMinimum(prices, move, sigma));
      bars.volume[row] = drawVolume(config, volume, shock, logVolatility);
      regime[row] = REGIMES.indexOf(segment.regime);
      open = bars.close[row] * (1 + clamp(config.gapShare * sigma * prices.normal()));
    }
    refuseRunaway(config, request, open);
  }
  return { bars, regime };
}

/** All paths of one part of a run, such as training or test; give each part its own fork of the run's rng. */
export function generateMarket(config: SyntheticConfig, rng: Rng, counts: SyntheticPathsConfig): SyntheticMarket {
  const requests: PathRequest[] = [];
  for (const regime of REGIMES) {
    for (let i = 0; i < counts.pathsPerRegime; i++) {
      requests.push({ name: `${regime}${i}`, bars: counts.barsPerPath, regime });
    }
  }
  for (let i = 0; i < counts.mixedPaths; i++) {
    requests.push({ name: `mixed${i}`, bars: counts.barsPerPath, regime: null });
  }
  const drawn = requests.map((request) => generatePath(config, rng, request));
  const regime = new Uint8Array(requests.length * counts.barsPerPath);
  const paths = requests.map(({ name, regime: only }, i) => {
    const from = i * counts.barsPerPath;
    regime.set(drawn[i].regime, from);
    return { name, from, to: from + counts.barsPerPath, regime: only };
  });
  return { bars: concatBars(drawn.map((path) => path.bars)), regime, paths };
}

function refuseRunaway({ startPrice }: SyntheticConfig, { name, bars }: PathRequest, price: number): void {
  const multiple = price / startPrice;
  if (multiple < MAX_MULTIPLE && multiple > 1 / MAX_MULTIPLE) return;
  throw new InputError({
    what: `the price of path '${name}' of ${bars} bars ran away`,
    where: 'synthetic market',
    rule: `within ${MAX_MULTIPLE} times the starting price, up or down`,
    value: price,
    hint: 'shorten the paths or lower driftBps, strength or volatilityBps',
  });
}

const clamp = (move: number): number => (move > MAX_RETURN ? MAX_RETURN : move < -MAX_RETURN ? -MAX_RETURN : move);

/** Larger surprises and wilder times trade more; 0.8 is about the mean size of a shock. */
function drawVolume(config: SyntheticConfig, rng: Rng, shock: number, logVolatility: number): number {
  const activity = 0.5 + Math.abs(shock) / 0.8 / 2;
  return config.meanVolume * activity * Math.exp(0.5 * logVolatility + 0.3 * rng.normal() - 0.045);
}
