/** Every command with its one-line purpose; the code of a command is loaded when it is called. */

import type { Command } from './command.ts';

export interface CommandEntry {
  /** Name and positionals in yargs' notation. */
  readonly usage: string;
  readonly describe: string;
  readonly load: () => Promise<Command>;
}

const load = (module: Promise<{ readonly command: Command }>): Promise<Command> =>
  module.then(({ command }) => command);

export const COMMANDS: readonly CommandEntry[] = [
  {
    usage: 'run <config>',
    describe: 'the whole job: make or load the market, train, judge, gate, promote, replay on paper, report',
    load: () => load(import('./commands/run.ts')),
  },
  {
    usage: 'train <config>',
    describe: 'train the agents of a config and stop before judging',
    load: () => load(import('./commands/train.ts')),
  },
  {
    usage: 'resume <run>',
    describe: 'finish a run that was interrupted, as if it had never been',
    load: () => load(import('./commands/resume.ts')),
  },
  {
    usage: 'evaluate <run>',
    describe: "judge a run's trained agents again, on its own market or, with --set, on another",
    load: () => load(import('./commands/evaluate.ts')),
  },
  {
    usage: 'compare <runs..>',
    describe: 'lay the judgements of several runs side by side',
    load: () => load(import('./commands/compare.ts')),
  },
  {
    usage: 'promote <run>',
    describe: 'promote an agent of a judged run to champion, if its gates let it',
    load: () => load(import('./commands/promote.ts')),
  },
  {
    usage: 'rollback',
    describe: 'make the champion before the present one champion again',
    load: () => load(import('./commands/rollback.ts')),
  },
  {
    usage: 'registry',
    describe: 'show the champion and the history of the registry',
    load: () => load(import('./commands/registry.ts')),
  },
  {
    usage: 'live',
    describe: 'run the champion, or an agent of a run, on paper over recorded bars through the live runner',
    load: () => load(import('./commands/live.ts')),
  },
  {
    usage: 'report <run>',
    describe: 'write report.html of a judged run anew',
    load: () => load(import('./commands/report.ts')),
  },
  {
    usage: 'data import <file>',
    describe: 'check a file of bars, quotes, trades or books and write it as Parquet',
    load: () => load(import('./commands/dataImport.ts')),
  },
  {
    usage: 'data fetch',
    describe: 'download bars from a provider, politely, and go on where it stopped',
    load: () => load(import('./commands/dataFetch.ts')),
  },
  {
    usage: 'data migrate',
    describe: 'copy bars between stores (Parquet, QuestDB), go on where it stopped, and prove that both hold the same',
    load: () => load(import('./commands/dataMigrate.ts')),
  },
  {
    usage: 'data check <file>',
    describe: 'list everything that is wrong with a file of market data, with a verdict',
    load: () => load(import('./commands/dataCheck.ts')),
  },
  {
    usage: 'data list [folder]',
    describe: 'list the files of market data in a folder: rows, span, timeframe, hash',
    load: () => load(import('./commands/dataList.ts')),
  },
  {
    usage: 'data resample <file>',
    describe: 'make bars of a higher timeframe, each known when it closes, as Parquet',
    load: () => load(import('./commands/dataResample.ts')),
  },
  {
    usage: 'data synth <config>',
    describe: "write a config's synthetic market to a CSV with its regime labels",
    load: () => load(import('./commands/dataSynth.ts')),
  },
  {
    usage: 'features',
    describe: 'show, probe, build, stats: see features --help',
    load: () => load(import('./commands/features.ts')),
  },
  {
    usage: 'features show <config>',
    describe: "show a config's features: warm-up, center, scale and range on the training part",
    load: () => load(import('./commands/featuresShow.ts')),
  },
  {
    usage: 'features probe <config>',
    describe: 'look for look-ahead: cut and perturb the future of features, fits and observations of a config',
    load: () => load(import('./commands/featuresProbe.ts')),
  },
  {
    usage: 'features build <config>',
    describe: "keep a config's features as Parquet, computed anew only where bars or features changed",
    load: () => load(import('./commands/featuresBuild.ts')),
  },
  {
    usage: 'features stats',
    describe: 'say what the feature store holds and how often it had what was asked for',
    load: () => load(import('./commands/featuresStats.ts')),
  },
  {
    usage: 'regimes <config>',
    describe: "show how a config's market divides into regimes",
    load: () => load(import('./commands/regimes.ts')),
  },
  {
    usage: 'calibrate',
    describe: 'measure an execution table from quotes, order books, trades and own fills, and publish it',
    load: () => load(import('./commands/calibrate.ts')),
  },
  {
    usage: 'calibrate rollback <date>',
    describe: 'make the execution table of an earlier date the current one again',
    load: () => load(import('./commands/calibrateRollback.ts')),
  },
  {
    usage: 'bench <name>',
    describe: 'measure this machine: env, learner, replay, features, data',
    load: () => load(import('./commands/bench.ts')),
  },
  {
    usage: 'doctor',
    describe: 'say what works on this machine',
    load: () => load(import('./commands/doctor.ts')),
  },
];
