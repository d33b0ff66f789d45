/** Sends lines to QuestDB over HTTP: a request is stored whole or not at all, and answered when it is. */

import { InputError } from '../../../../core/errors.ts';
import type { QuestDbAddress } from './questDbAddress.ts';

const TIMEOUT_MS = 60_000;
const PROTOCOL_VERSION = 2;

export class LineSender {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  #checked = false;

  constructor({ host, httpPort, user, password, httpAuth }: QuestDbAddress) {
    this.#base = `http://${host}:${httpPort}`;
    const token = Buffer.from(`${user}:${password}`).toString('base64');
    this.#headers = httpAuth ? { authorization: `Basic ${token}` } : {};
  }

  /** @throws InputError when the server cannot be reached, is too old, or refuses the lines */
  async send(lines: Uint8Array): Promise<void> {
    if (!this.#checked) await this.#checkVersion();
    const body = new Uint8Array(lines);
    const response = await this.#fetch('/write?precision=n', { method: 'POST', body });
    const text = await response.text();
    if (response.ok) return;
    throw new InputError({
      what: 'refused the bars',
      where: `questdb ${this.#base}`,
      value: `${response.status}: ${text.slice(0, 300)}`,
    });
  }

  /** Older servers would take the bytes of a double for text. */
  async #checkVersion(): Promise<void> {
    const response = await this.#fetch('/settings');
    const settings: unknown = response.ok ? await response.json().catch(() => null) : null;
    const versions = deepGet(settings, ['config', 'line.proto.support.versions']);
    if (!Array.isArray(versions) || !versions.includes(PROTOCOL_VERSION)) {
      const rule = 'QuestDB 9.0 or newer, which takes version 2 of the line protocol';
      throw new InputError({ what: 'too old, or no QuestDB', where: `questdb ${this.#base}`, rule });
    }
    this.#checked = true;
  }

  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      return await fetch(`${this.#base}${path}`, { ...init, headers: this.#headers, signal });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new InputError({ what: `cannot be reached: ${cause}`, where: `questdb ${this.#base}` });
    }
  }
}

function deepGet(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
