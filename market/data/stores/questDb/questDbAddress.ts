/** Where a QuestDB listens, as one writes it on a command line. */

import { InputError } from '../../../../core/errors.ts';

/** QuestDB's own defaults. */
const DEFAULTS = { httpPort: 9000, pgPort: 8812, user: 'admin', password: 'quest' } as const;

export interface QuestDbAddress {
  readonly host: string;
  /** Takes the line protocol. */
  readonly httpPort: number;
  /** Speaks the Postgres wire. */
  readonly pgPort: number;
  readonly user: string;
  readonly password: string;
  /** Whether HTTP asks for the user too, as it does where a password was set for it. */
  readonly httpAuth: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `HOST`, `HOST:HTTP_PORT` or `HOST:HTTP_PORT:PG_PORT`; user and password come from `QUESTDB_USER` and
 * `QUESTDB_PASSWORD`.
 *
 * @throws InputError naming `where`
 */
export function parseQuestDbAddress(text: string, environment: Environment, where: string): QuestDbAddress {
  const [, host, http, pg] = /^([\w.-]+|\[[\da-fA-F:]+\])(?::(\d{1,5}))?(?::(\d{1,5}))?$/.exec(text) ?? [];
  const ports = [http ?? DEFAULTS.httpPort, pg ?? DEFAULTS.pgPort].map(Number);
  if (host === undefined || ports.some((port) => port < 1 || port > 65_535)) {
    throw new InputError({ what: 'no address', where, rule: 'HOST[:HTTP_PORT[:PG_PORT]]', value: text });
  }
  const { QUESTDB_USER: user, QUESTDB_PASSWORD: password } = environment;
  return {
    host,
    httpPort: ports[0],
    pgPort: ports[1],
    user: user ?? DEFAULTS.user,
    password: password ?? DEFAULTS.password,
    httpAuth: password !== undefined,
  };
}
