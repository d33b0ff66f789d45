/** What trades paid against the mid that prevailed before them: the effective half-spread. */

import { InputError } from '../../../core/errors.ts';
import { SECOND_MS } from '../../../core/units.ts';
import type { InstrumentEntry } from '../table.ts';
import type { PrevailingQuotes } from './prevailingQuotes.ts';
import type { TradeStream } from './tradeRecording.ts';
import { WeightedSamples } from './weightedSamples.ts';

/** More of the notional than this bought below mid or sold above it: trades and quotes do not share a clock. */
const MOST_WRONG_SIDED = 0.25;
/** Clocks are looked for this far apart. */
const FARTHEST_CLOCK_MS = 5000;
const CLOCK_STEP_MS = 10;

/**
 * side x (price - mid) / mid of every trade, weighted by notional; mid is that of the last quote before the trade, which the
 * trade itself has not moved yet. A taker that paid less than mid counts as zero.
 *
 * @throws InputError where no quote stood before any trade, and where too many trades lie on the wrong side of mid
 */
export function measureEffectiveSpread(
  trades: readonly TradeStream[],
  quotes: PrevailingQuotes,
): NonNullable<InstrumentEntry['effectiveHalfSpreadBps']> {
  const source = trades.map((stream) => stream.source.name).join(' + ');
  const samples = new WeightedSamples();
  for (const stream of trades) sampleStream(stream, quotes, samples);
  const measured = samples.summarize();
  if (measured === null) {
    throw new InputError({
      what: 'no quote stood before any trade',
      where: source,
      rule: 'tick quotes of the same span are needed for the mid',
    });
  }
  const seconds = trades.reduce((sum, { timeMs }) => sum + (timeMs[timeMs.length - 1] - timeMs[0]) / SECOND_MS, 0);
  return { source, ...measured, seconds: Math.round(seconds), level: 'pair' };
}

function sampleStream(trades: TradeStream, quotes: PrevailingQuotes, samples: WeightedSamples): void {
  const wrongSided = wrongSidedShare(trades, quotes, 0) ?? 0;
  if (wrongSided > MOST_WRONG_SIDED) refuseClock(trades, quotes, wrongSided);
  eachTrade(trades, { quotes, clockMs: 0 }, (paidBps, notional) => samples.push(Math.max(0, paidBps), notional));
}

function eachTrade(
  { timeMs, price, quantity, side }: TradeStream,
  { quotes, clockMs }: { readonly quotes: PrevailingQuotes; readonly clockMs: number },
  visit: (paidBps: number, notional: number) => void,
): void {
  for (let i = 0; i < timeMs.length; i++) {
    const quote = quotes.before(timeMs[i] + clockMs);
    if (quote !== null) visit(side[i] * (price[i] / quote.mid - 1) * 10_000, price[i] * quantity[i]);
  }
}

/** Of the notional; null where no quote stood before any trade. */
function wrongSidedShare(trades: TradeStream, quotes: PrevailingQuotes, clockMs: number): number | null {
  let [wrong, all] = [0, 0];
  eachTrade(trades, { quotes, clockMs }, (paidBps, notional) => {
    all += notional;
    if (paidBps < 0) wrong += notional;
  });
  return all === 0 ? null : wrong / all;
}

function refuseClock(trades: TradeStream, quotes: PrevailingQuotes, share: number): never {
  let best = { clockMs: 0, share };
  // The smallest shift first, so that of equals the smallest is named.
  for (let step = 1; step * CLOCK_STEP_MS <= FARTHEST_CLOCK_MS; step++) {
    for (const clockMs of [step * CLOCK_STEP_MS, -step * CLOCK_STEP_MS]) {
      const shifted = wrongSidedShare(trades, quotes, clockMs);
      if (shifted !== null && shifted < best.share) best = { clockMs, share: shifted };
    }
  }
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
  throw new InputError({
    what: 'trades and quotes do not share a clock',
    where: trades.source.name,
    rule: `takers pay more than mid, but for ${percent(MOST_WRONG_SIDED)} of the notional at most`,
    value: `${percent(share)} of it bought below mid or sold above it`,
    hint:
      best.share > MOST_WRONG_SIDED / 2
        ? 'no shift of the clock mends that: are the quotes of another market, or the sides the wrong way round?'
        : `with ${best.clockMs} ms added to the trades it is ${percent(best.share)}: give --trades-clock-ms ${best.clockMs}`,
  });
}
