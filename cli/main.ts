/** Parses arguments, runs one command, prints its result, and turns errors into exit codes. */

import { readFileSync } from 'node:fs';
import yargs, { type Argv } from 'yargs';
import { systemClock } from '../core/clock.ts';
import { InputError } from '../core/errors.ts';
import { LOG_LEVELS, type LogLevel } from '../core/log.ts';
import { silentProgress } from '../core/progress.ts';
import type { Arguments, Command, CommandContext } from './command.ts';
import { COMMANDS, type CommandEntry } from './commandTable.ts';
import { findPackageFile } from '../core/packageFile.ts';
import { TerminalProgress, type ProgressStream } from './terminalProgress.ts';

export const EXIT = { done: 0, failed: 1, badInput: 2, gateSaidNo: 3, interrupted: 130 } as const;

export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressStream;
}

type Environment = Readonly<Record<string, string | undefined>>;

type RunEntry = (entry: CommandEntry, args: Arguments) => Promise<void>;

/** @returns the exit code */
export async function main(argv: readonly string[], environment: Environment, streams: Streams): Promise<number> {
  const json = argv.includes('--json');
  let exitCode: number = EXIT.done;
  const parser = createParser(async (entry, args) => {
    exitCode = await runCommand(await entry.load(), { args, environment, streams });
  });
  try {
    await parser.parseAsync(argv, {}, (error, _args, output) => {
      if (error === undefined || error === null) streams.stdout.write(output === '' ? '' : `${output}\n`);
    });
    return exitCode;
  } catch (error) {
    // yargs throws some misuse past its own handler, as an error of its own.
    const misuse = error instanceof Error && error.name === 'YError' ? error.message : null;
    const shown =
      misuse === null ? error : new InputError({ what: misuse, where: 'command line', hint: 'see regimen --help' });
    return printError(shown, { json, streams, verbose: argv.includes('debug') });
  }
}

function createParser(run: RunEntry): Argv {
  let parser: Argv = yargs()
    .scriptName('regimen')
    .usage(
      '$0 <command>\n\nTrain trading agents on regime after regime, judge them honestly, promote what beats buy-and-hold.',
    )
    .version(readVersion())
    .wrap(110)
    .strict()
    .recommendCommands()
    .exitProcess(false)
    .showHelpOnFail(false)
    .demandCommand(1, 'name a command; regimen --help lists them')
    .fail((message, error) => {
      throw error ?? new InputError({ what: message, where: 'command line', hint: 'see regimen --help' });
    })
    .option('json', { type: 'boolean', default: false, describe: 'end stdout with one line of JSON', global: true })
    .option('runs-dir', {
      type: 'string',
      default: 'runs',
      describe: 'where run folders and the registry live',
      global: true,
    })
    .option('log-level', {
      choices: LOG_LEVELS,
      default: 'info',
      describe: 'how much the run log tells; silent also stops the progress',
      global: true,
    });
  const groups = new Map<string, CommandEntry[]>();
  for (const entry of COMMANDS) {
    const [head, second] = entry.usage.split(' ');
    const leads = COMMANDS.some(({ usage }) => new RegExp(`^${head} [a-z]`).test(usage));
    if (leads || /^[a-z]/.test(second ?? '')) groups.set(head, [...(groups.get(head) ?? []), entry]);
    else parser = addCommand(parser, entry, { usage: entry.usage, run });
  }
  for (const [group, entries] of groups) {
    // A group may be a command by itself: `calibrate` measures, `calibrate rollback` does not.
    const own = entries.find(({ usage }) => usage === group);
    const addAll = (argv: Argv) =>
      entries
        .filter((entry) => entry !== own)
        .reduce(
          (grouped, entry) => addCommand(grouped, entry, { usage: entry.usage.slice(group.length + 1), run }),
          argv,
        );
    if (own !== undefined) parser = addCommand(parser, own, { usage: group, run, addMore: addAll });
    else {
      const names = entries.map(({ usage }) => usage.split(' ')[1]).join(', ');
      parser = parser.command(group, `${names}: see ${group} --help`, (inner) =>
        addAll(inner).demandCommand(1, `name one of: ${entries.map(({ usage }) => usage).join(', ')}`),
      );
    }
  }
  return parser;
}

function readVersion(): string {
  const path = findPackageFile('package.json');
  return path === null ? 'unknown' : (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

function addCommand(
  parser: Argv,
  entry: CommandEntry,
  { usage, run, addMore }: { readonly usage: string; readonly run: RunEntry; readonly addMore?: (argv: Argv) => Argv },
): Argv {
  return parser.command(
    usage,
    entry.describe,
    async (inner: Argv) => {
      const command = await entry.load();
      for (const [name, { describe }] of Object.entries(command.positionals ?? {}))
        inner.positional(name, { describe, type: 'string' });
      const own = inner.options({ ...command.options });
      return addMore === undefined ? own : addMore(own);
    },
    (args: Arguments) => run(entry, args),
  );
}

interface Call {
  readonly args: Arguments;
  readonly environment: Environment;
  readonly streams: Streams;
}

async function runCommand(command: Command, { args, environment, streams }: Call): Promise<number> {
  const logLevel = args['logLevel'] as LogLevel;
  const interruption = new AbortController();
  const interrupt = () => {
    // A second Ctrl-C does not wait for the step at hand.
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    streams.stderr.write('\ninterrupted: finishing the step at hand (again to stop at once)\n');
    interruption.abort();
  };
  if (command.onInterrupt === 'finishStep') process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const context: CommandContext = {
    runsDir: String(args['runsDir']),
    logLevel,
    clock: systemClock,
    environment,
    progress: logLevel === 'silent' ? silentProgress : new TerminalProgress(streams.stderr, systemClock),
    signal: interruption.signal,
  };
  try {
    const result = await command.run(args, context);
    streams.stdout.write(`${args['json'] === true ? JSON.stringify(result.json) : result.text}\n`);
    return result.exitCode ?? EXIT.done;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function printError(
  error: unknown,
  { json, streams, verbose }: { readonly json: boolean; readonly streams: Streams; readonly verbose: boolean },
): number {
  const bad = error instanceof InputError;
  const message = error instanceof Error ? error.message : String(error);
  streams.stderr.write(`\nregimen: ${message}\n`);
  if (!bad && error instanceof Error && (verbose || error.name !== 'Error'))
    streams.stderr.write(`${error.stack ?? ''}\n`);
  if (json) {
    const report = bad ? { error: message, problems: error.problems } : { error: message };
    streams.stdout.write(`${JSON.stringify(report)}\n`);
  }
  return bad ? EXIT.badInput : EXIT.failed;
}
