/** API keys: taken from the environment and from nowhere else. */

import { InputError } from '../../../core/errors.ts';
import type { Environment } from './provider.ts';

/** @throws InputError that names the variable; the key itself is never part of a message */
export function requireKey(environment: Environment, variable: string, provider: string): string {
  const key = environment[variable]?.trim();
  if (key !== undefined && key !== '') return key;
  throw new InputError({
    what: `${provider} needs an API key`,
    where: `environment variable ${variable}`,
    rule: 'set, and not empty',
  });
}
