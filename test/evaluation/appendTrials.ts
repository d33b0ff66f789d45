/** A process of its own that records trials: `node --import tsx appendTrials.ts <folder> <name> <count>`. */

import { systemClock } from '../../core/clock.ts';
import { Registry } from '../../evaluation/registry.ts';

const [folder, name, count] = process.argv.slice(2);
const registry = new Registry(folder, systemClock);
for (let trial = 0; trial < Number(count); trial++) {
  registry.recordJudged({
    run: 'runs/a',
    agent: name,
    kind: 'dqn',
    weightsHash: `${name}${trial}`,
    configHash: 'c',
    dataHash: 'd',
    timeframeMs: 1,
    sharpe: trial / 100,
    bars: 10,
  });
}
