import type { BenchReport, BenchResult } from '../../bench/benchResult.ts';
import { describeMachine } from '../../bench/benchResult.ts';
import { InputError, nearestName } from '../../core/errors.ts';
import { type Command, stringArgument } from '../command.ts';

/** One line per benchmark; each file exports its own run function. */
const BENCHES: Readonly<Record<string, () => Promise<BenchResult>>> = {
  env: async () => (await import('../../bench/env.ts')).runEnvBench(),
  'env-threads': async () => (await import('../../bench/envThreads.ts')).runEnvThreadsBench(),
  learner: async () => (await import('../../bench/learner.ts')).runLearnerBench(),
  transformer: async () => (await import('../../bench/transformer.ts')).runTransformerBench(),
  dqn: async () => (await import('../../bench/dqn.ts')).runDqnBench(),
  ppo: async () => (await import('../../bench/ppo.ts')).runPpoBench(),
  decision: async () => (await import('../../bench/decision.ts')).runDecisionBench(),
  replay: async () => (await import('../../bench/replay.ts')).runReplayBench(),
  features: async () => (await import('../../bench/features.ts')).runFeaturesBench(),
  data: async () => (await import('../../bench/data.ts')).runDataBench(),
};

export const command: Command = {
  positionals: { name: { describe: `one of ${Object.keys(BENCHES).join(', ')}`, demand: true } },
  options: {},
  async run(args) {
    const name = stringArgument(args, 'name');
    const known = Object.keys(BENCHES);
    if (!(name in BENCHES)) {
      const nearest = nearestName(name, known);
      throw new InputError({
        what: 'unknown bench',
        where: 'bench',
        rule: `one of ${known.join(', ')}`,
        value: name,
        ...(nearest !== null && { hint: `did you mean '${nearest}'?` }),
      });
    }
    const report: BenchReport = { bench: name, ...(await BENCHES[name]()), machine: describeMachine() };
    return { json: report, text: renderBench(report) };
  },
};

function renderBench({ bench, metrics, ratios, checksum, machine }: BenchReport): string {
  const rows = [
    ...Object.entries(metrics),
    ...Object.entries(ratios).map(([name, value]) => [`ratio ${name}`, value] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${formatNumber(value)}`);
  return [`${bench} on ${machine}`, ...lines, `  ${'checksum'.padEnd(width)}  ${checksum}`].join('\n');
}

const formatNumber = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(4);
