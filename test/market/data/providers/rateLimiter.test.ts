import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ManualClock } from '../../../../core/clock.ts';
import { PROVIDERS } from '../../../../market/data/providers/providers.ts';
import { ProviderFailure } from '../../../../market/data/providers/providerFailure.ts';
import { RateLimiter } from '../../../../market/data/providers/rateLimiter.ts';

const MINUTE = 60_000;

function bench(weightPerMinute: number, burst: number, maxWaitMs = 1e9) {
  const clock = new ManualClock(1_000_000);
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    clock.advance(ms);
    await Promise.resolve();
  };
  return { clock, pauses, limiter: new RateLimiter({ weightPerMinute, burst, clock, pause, maxWaitMs }) };
}

/** Most weight within any minute that starts with a request. */
function busiestMinute(taken: readonly { atMs: number; weight: number }[]): number {
  return Math.max(
    ...taken.map(({ atMs }) =>
      taken
        .filter((other) => other.atMs >= atMs && other.atMs < atMs + MINUTE)
        .reduce((sum, { weight }) => sum + weight, 0),
    ),
  );
}

describe('rate limiter', () => {
  it('no minute ever sees more than the limit, whatever the weights and the idle times between', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: 60 }),
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 90_000 })), {
          minLength: 50,
          maxLength: 120,
        }),
        async (perMinute, burst, requests) => {
          const { clock, limiter } = bench(perMinute, burst);
          const taken: { atMs: number; weight: number }[] = [];
          for (const [weight, idleMs] of requests) {
            clock.advance(idleMs > 80_000 ? idleMs : 0);
            await limiter.take(weight);
            taken.push({ atMs: clock.elapsedMs(), weight });
          }
          // A single request may weigh more than the burst that is left.
          expect(busiestMinute(taken)).to.be.at.most(perMinute + 2);
        },
      ),
      { numRuns: 60 },
    ));

  it('unit requests keep the limit of each provider to the last one, and use most of it', async () => {
    for (const { name, limit } of PROVIDERS.values()) {
      const { clock, limiter } = bench(limit.weightPerMinute, limit.burst);
      const taken: { atMs: number; weight: number }[] = [];
      const count = Math.min(300, limit.weightPerMinute * 4);
      const startMs = clock.elapsedMs();
      for (let request = 0; request < count; request++) {
        await limiter.take(1);
        taken.push({ atMs: clock.elapsedMs(), weight: 1 });
      }
      expect(busiestMinute(taken), name).to.be.at.most(limit.weightPerMinute);
      const minutes = (clock.elapsedMs() - startMs) / MINUTE;
      expect(count / Math.max(minutes, 1), name).to.be.at.least(Math.min(count, limit.weightPerMinute * 0.7));
    }
  });

  it('being told "too many" halves the speed down to a sixteenth, and answers bring it back', async () => {
    const { limiter } = bench(60, 5);
    limiter.penalize(5000);
    expect(limiter.speed).to.equal(1 / 2);
    for (let times = 0; times < 10; times++) limiter.penalize(null);
    expect(limiter.speed).to.equal(1 / 16);
    for (let answers = 0; answers < 400; answers++) limiter.reward();
    expect(limiter.speed).to.equal(1);
    await limiter.take(1);
  });

  it('Retry-After is waited out before the next request; without one the pause doubles', async () => {
    const { limiter, clock } = bench(6000, 100);
    const startMs = clock.elapsedMs();
    limiter.penalize(7500);
    await limiter.take(1);
    expect(clock.elapsedMs() - startMs).to.be.within(7500, 7600);
    const waits: number[] = [];
    for (let times = 0; times < 3; times++) {
      const before = clock.elapsedMs();
      limiter.penalize(null);
      await limiter.take(1);
      waits.push(Math.floor((clock.elapsedMs() - before) / 1000));
    }
    expect(waits).to.deep.equal([2, 4, 8]);
  });

  it("the server's own count of the minute is believed", async () => {
    const { limiter, clock } = bench(1200, 120);
    limiter.observe(1195);
    const startMs = clock.elapsedMs();
    for (let request = 0; request < 10; request++) await limiter.take(2);
    expect(clock.elapsedMs() - startMs).to.be.greaterThan(500);
    limiter.observe(10);
    await limiter.take(2);
  });

  it('a wait beyond the bound is refused at once', async () => {
    const { limiter, pauses } = bench(60, 1, 10_000);
    limiter.penalize(3_600_000);
    const error = await limiter.take(1).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ProviderFailure).and.to.include({ kind: 'refused' });
    expect(pauses).to.deep.equal([]);
  });

  it('a clock that stands still does not hang it', async () => {
    const clock = new ManualClock(0);
    const limiter = new RateLimiter({
      weightPerMinute: 2,
      burst: 1,
      clock,
      pause: () => Promise.resolve(),
      maxWaitMs: 1e9,
    });
    await limiter.take(1);
    const error = await limiter.take(1).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ProviderFailure);
  });
});
