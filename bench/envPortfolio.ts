/** The portfolio env with four instruments, fully sampled costs each; counted per instrument. */

import { digest } from '../core/hash.ts';
import { createRng } from '../core/rng.ts';
import { createCurriculum } from '../curricula/curriculum.ts';
import { PortfolioEnv } from '../envs/portfolioEnv.ts';
import { weightGrid } from '../envs/portfolioWeights.ts';
import { alignWorlds } from '../envs/portfolioWorlds.ts';
import { CYCLE, makeSetup, REDRAW, repeat, type Timed } from './envSetup.ts';
import { randomWalkWorlds } from './randomWalkWorlds.ts';

const INSTRUMENTS = 4;
const WIDTH = 1024;
/** Short, flat or long a quarter of equity in each. */
const LADDER = [-0.25, 0, 0.25] as const;

/** Instrument steps a second at 1,024 envs. */
export function timePortfolio(repeats: number, envSteps: number): Timed {
  const shape = { paths: 20, barsPerPath: 1000, window: 32, features: 7 };
  const parts = Array.from({ length: INSTRUMENTS }, (_, k) => randomWalkWorlds({ seed: k + 1, ...shape }));
  const setup = makeSetup(parts[0]);
  const targetWeights = weightGrid(LADDER, INSTRUMENTS);
  const env = new PortfolioEnv({
    ...setup,
    worlds: alignWorlds(parts.map((part, k) => ({ ...part, instrument: `${part.instrument}/${k}` }))),
    source: createCurriculum({
      stages: [{ name: 'all', regimes: null, costs: 'sample', share: 1 }],
      episodeBars: 500,
      worlds: parts[0],
    }),
    executions: parts.map(() => setup.execution),
    targetWeights,
    numEnvs: WIDTH,
    rng: createRng(7),
  });
  const actions = drawActions(targetWeights.length);
  const vectorSteps = Math.ceil(envSteps / WIDTH);
  env.reset();
  const rates = repeat(repeats, vectorSteps * WIDTH * INSTRUMENTS, () => {
    for (let t = 0; t < vectorSteps; t++) env.step(actions[t % CYCLE]);
  });
  return { rates, checksum: digest(env.accounts.equity, env.accounts.cash) };
}

/** (CYCLE, WIDTH) */
function drawActions(numActions: number): Int32Array[] {
  const rng = createRng(11);
  const current = Int32Array.from({ length: WIDTH }, () => rng.int(numActions));
  return Array.from({ length: CYCLE }, () =>
    current.map((action, env) => (rng.next() < REDRAW ? (current[env] = rng.int(numActions)) : action)),
  );
}
