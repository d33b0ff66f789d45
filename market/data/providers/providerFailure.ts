/** Why a provider gave no bars: what decides whether to ask again, whom, and when. */

/**
 * `network` no or a broken answer · `server` the provider's own trouble · `rateLimited` asked too often ·
 * `malformed` an answer that cannot be true · `refused` it will not answer this · `unfinished` the bars are not closed ·
 * `circuitOpen` not asked, because it kept failing.
 */
export type FailureKind = 'network' | 'server' | 'rateLimited' | 'malformed' | 'refused' | 'unfinished' | 'circuitOpen';

const WORTH_ASKING_AGAIN: ReadonlySet<FailureKind> = new Set(['network', 'server', 'rateLimited', 'malformed']);

export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly kind: FailureKind;
  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }

  get isRetryable(): boolean {
    return WORTH_ASKING_AGAIN.has(this.kind);
  }

  /** Whether the provider as a whole seems to be down. */
  get isOutage(): boolean {
    return this.kind === 'network' || this.kind === 'server';
  }
}
