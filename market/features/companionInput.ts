/** The companions that features look at, or the refusal of bars that come without. */

import { InputError } from '../../core/errors.ts';
import { quoteColumnsOf, type QuoteColumn } from '../data/quotes.ts';
import type { Bars } from '../data/bars.ts';
import type { Companion } from '../data/companion.ts';

/** What a feature must know of a companion before it sees its bars. */
export interface CompanionInput {
  readonly name: string;
  readonly timeframeMs: number;
  /** Columns of quotes that it has. */
  readonly quotes: readonly QuoteColumn[];
}

/** What features may look at beside prices and volume. */
export interface BarInputs {
  readonly quotes: readonly QuoteColumn[];
  readonly companions: readonly CompanionInput[];
}

/** What there is in some bars. */
export const inputsOf = (bars: Bars): BarInputs => ({
  quotes: quoteColumnsOf(bars),
  companions: (bars.companions ?? []).map(({ name, timeframeMs, bars: own }) => ({
    name,
    timeframeMs,
    quotes: quoteColumnsOf(own),
  })),
});

/** The companion of that name. @throws InputError where there is none */
export function findCompanion<Named extends { readonly name: string }>(
  companions: readonly Named[],
  name: string,
  where: string,
): Named {
  const found = companions.find((companion) => companion.name === name);
  if (found !== undefined) return found;
  throw new InputError({
    what: `no companion '${name}'`,
    where,
    rule:
      companions.length === 0 ? 'the bars have no companions' : `one of ${companions.map((c) => c.name).join(', ')}`,
    hint: `name its file: market.companions: [{ name: ${name}, file: ... }]`,
  });
}

/** The companion of that name of the bars at hand. @throws InputError where they came without */
export const companionOf = ({ companions = [] }: Bars, name: string): Companion =>
  findCompanion(companions, name, 'bars');

/** Rows in which at least so many bars of a companion close, whatever their grids. */
export const rowsOf = (bars: number, companionMs: number, timeframeMs: number): number =>
  Math.ceil((bars * companionMs) / timeframeMs);
