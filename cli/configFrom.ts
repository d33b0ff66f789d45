/** The run config that a command line names. */

import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../core/errors.ts';
import type { RunConfig } from '../experiments/runConfig.ts';
import { readRunConfig } from '../experiments/runSession.ts';
import { stringList, type Arguments, type CommandContext } from './command.ts';

/** Reads a config file with the `--set` overrides of the command line. @throws InputError */
export function configFrom(path: string, args: Arguments, { environment }: CommandContext): Promise<RunConfig> {
  if (!existsSync(path)) {
    throw new InputError({
      what: 'config file does not exist',
      where: path,
      hint: 'configs/quickstart.yaml is one to start from',
    });
  }
  const source = { name: path, text: readFileSync(path, 'utf8') };
  return readRunConfig({ source, overrides: stringList(args, 'set'), environment });
}
