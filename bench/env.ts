/** How fast the trading env steps: measured costs sampled at every fill, observations by address, one core. */

import { digest } from '../core/hash.ts';
import { createRng } from '../core/rng.ts';
import { median } from '../core/statistics.ts';
import { TradingEnv } from '../envs/tradingEnv.ts';
import { TradingVectorEnv } from '../envs/tradingVectorEnv.ts';
import type { BenchResult } from './benchResult.ts';
import { comparePeerEnvs } from './envPeers.ts';
import { timePortfolio } from './envPortfolio.ts';
import { CYCLE, drawActions, makeSetup, REDRAW, repeat, type EnvSetup, type Timed } from './envSetup.ts';
import { compareThreads } from './envThreads.ts';

export interface EnvBenchOptions {
  readonly repeats?: number;
  /** Env steps of one timed run. */
  readonly steps?: number;
}

const WIDTHS = [1, 64, 1024] as const;
/** Another target is drawn every bar: two bars in three trade, more than any agent that pays for it. */
const CHURN = 1;

/**
 * Steps per second at several widths, of the churning worst case, of the Gymnasium-style env with a 32-bar window, and of a
 * portfolio of four per instrument; then two threads against one, and the gyms of `bench/peers/` where a Python has them.
 *
 * Actions are drawn before the clock starts, from the same distribution at every width. Each figure is the median of
 * `repeats` runs after an uncounted first one; `.min` and `.max` bound them. `cpuShare`
 * is processor time over wall time: well below 1, the machine was busy with other work and the figures are too low.
 */
export async function runEnvBench({ repeats = 7, steps = 2 ** 21 }: EnvBenchOptions = {}): Promise<BenchResult> {
  const metrics: Record<string, number> = {};
  const checksums: string[] = [];
  const record = (name: string, { rates, checksum }: Timed) => {
    metrics[name] = Math.round(median(rates) ?? 0);
    metrics[`${name}.min`] = Math.round(Math.min(...rates));
    metrics[`${name}.max`] = Math.round(Math.max(...rates));
    checksums.push(checksum);
  };
  const setup = makeSetup();
  const wallStart = performance.now();
  const cpuStart = process.cpuUsage();
  for (const width of WIDTHS)
    record(`stepsPerSecond${width}`, timeVectorEnv(setup, width, { redraw: REDRAW, repeats, steps }));
  record('stepsPerSecond1024Churning', timeVectorEnv(setup, 1024, { redraw: CHURN, repeats, steps }));
  record('stepsPerSecondSingleWindow32', timeSingleEnv(setup, { redraw: REDRAW, repeats, steps: steps / 4 }));
  record('portfolioInstrumentStepsPerSecond', timePortfolio(repeats, steps / 8));
  const { user, system } = process.cpuUsage(cpuStart);
  metrics.cpuShare = (user + system) / 1000 / (performance.now() - wallStart);
  const ratios = {
    width1024ToWidth1: metrics.stepsPerSecond1024 / metrics.stepsPerSecond1,
    byAddressToMaterialized: metrics.stepsPerSecond1 / metrics.stepsPerSecondSingleWindow32,
  };
  for (const compare of [compareThreads, comparePeerEnvs]) {
    const compared = await compare();
    Object.assign(metrics, compared.metrics);
    Object.assign(ratios, compared.ratios);
    checksums.push(compared.checksum);
  }
  return { metrics, ratios, checksum: digest(...checksums).slice(0, 16) };
}

interface Timing {
  /** Probability that a bar draws a new target. */
  readonly redraw: number;
  readonly repeats: number;
  readonly steps: number;
}

function timeVectorEnv(setup: EnvSetup, width: number, timing: Timing): Timed {
  const env = new TradingVectorEnv({ ...setup, numEnvs: width, rng: createRng(7) });
  const actions = drawActions(width, timing.redraw);
  const vectorSteps = Math.ceil(timing.steps / width);
  env.reset();
  const rates = repeat(timing.repeats, vectorSteps * width, () => {
    for (let t = 0; t < vectorSteps; t++) env.step(actions[t % CYCLE]);
  });
  const { accounts } = env;
  return { rates, checksum: digest(accounts.equity, accounts.cash, env.step(actions[0]).reward) };
}

function timeSingleEnv(setup: EnvSetup, timing: Timing): Timed {
  const env = new TradingEnv({ ...setup, seed: 7 });
  const actions = drawActions(1, timing.redraw);
  env.reset();
  const rates = repeat(timing.repeats, timing.steps, () => {
    for (let t = 0; t < timing.steps; t++) {
      const { terminated, truncated } = env.step(actions[t % CYCLE][0]);
      if (terminated || truncated) env.reset();
    }
  });
  return { rates, checksum: digest(env.reset().observation) };
}
