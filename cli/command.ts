/** What a command is to the command line: options, and a function from arguments to a result. */

import type { Options } from 'yargs';
import type { Clock } from '../core/clock.ts';
import type { LogLevel } from '../core/log.ts';
import type { Progress } from '../core/progress.ts';

/** All that a command may reach of the outside, handed in by the one place that reads it. */
export interface CommandContext {
  readonly runsDir: string;
  readonly logLevel: LogLevel;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  /** Aborted by the first Ctrl-C or SIGTERM: finish the step at hand, save, and return. */
  readonly signal: AbortSignal;
}

export interface CommandResult {
  /** Printed as the last line of stdout under `--json`. */
  readonly json: object;
  /** Printed otherwise. */
  readonly text: string;
  /** 0 done, 1 failed, 3 a gate said no, 130 interrupted. */
  readonly exitCode?: number;
}

export type Arguments = Readonly<Record<string, unknown>>;

export interface Command {
  /** Positional arguments in yargs' notation: `<config>`, `[run]`. */
  readonly positionals?: Readonly<Record<string, { readonly describe: string; readonly demand: boolean }>>;
  readonly options: Readonly<Record<string, Options>>;
  /** `finishStep`: the first Ctrl-C or SIGTERM aborts the context's signal and the command ends by itself. Others are ended at once. */
  readonly onInterrupt?: 'finishStep';
  run(args: Arguments, context: CommandContext): Promise<CommandResult>;
}

/** The string under `name`. */
export const stringArgument = (args: Arguments, name: string): string => String(args[name]);

/** The string under `name`, or null where the option was not given. */
export const optionalString = (args: Arguments, name: string): string | null =>
  args[name] === undefined || args[name] === null ? null : String(args[name]);

/** Every value of an option that may be repeated. */
export const stringList = (args: Arguments, name: string): string[] =>
  args[name] === undefined ? [] : [args[name]].flat().map(String);

export const SET_OPTION: Options = {
  type: 'string',
  array: true,
  requiresArg: true,
  nargs: 1,
  describe: 'override one config value, path.to.key=value; may be repeated',
};
