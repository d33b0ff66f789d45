/** One way to write an instrument, from which each provider's own is made: `BTCUSDT`, `BTC/USDT`, `EUR/USD`, `AAPL`. */

import { InputError } from '../../../core/errors.ts';

export type MarketSymbol =
  | { readonly kind: 'crypto' | 'forex'; readonly base: string; readonly quote: string }
  | { readonly kind: 'equity'; readonly ticker: string };

const FIAT = new Set(
  'USD EUR GBP JPY CHF AUD NZD CAD SEK NOK DKK PLN CZK HUF TRY ZAR MXN BRL SGD HKD CNY CNH INR KRW THB ILS'.split(' '),
);
const STABLECOINS = ['USDT', 'USDC', 'FDUSD', 'TUSD', 'BUSD', 'DAI'] as const;
const COINS = new Set(
  (
    'BTC ETH BNB SOL XRP ADA DOGE AVAX DOT LTC LINK BCH TRX TON SHIB MATIC POL UNI ATOM XLM ETC FIL APT ARB OP NEAR ' +
    'AAVE ALGO ICP XMR EOS VET'
  ).split(' '),
);
const QUOTES: readonly string[] = [...STABLECOINS, ...FIAT, 'BTC', 'ETH', 'BNB'];

const PAIR = /^([A-Z0-9]{2,10})[/\-_]([A-Z]{3,5})$/;
const TICKER = /^[A-Z0-9^][A-Z0-9.\-=^]{0,14}$/;

/**
 * A pair of currencies, of a coin and what it is quoted in, or a ticker.
 *
 * Without a separator, `EURUSD` is forex because both halves are currencies and `BTCUSDT` is crypto because it ends in
 * a stablecoin or starts with a well-known coin; everything else is a ticker.
 *
 * @throws InputError for what is none of these
 */
export function parseMarketSymbol(text: string): MarketSymbol {
  const word = text.trim().toUpperCase();
  const [, base, quote] = PAIR.exec(word) ?? splitPair(word) ?? [];
  if (base !== undefined && quote !== undefined && (word.includes('/') || QUOTES.includes(quote))) {
    return { kind: FIAT.has(base) && FIAT.has(quote) ? 'forex' : 'crypto', base, quote };
  }
  if (TICKER.test(word)) return { kind: 'equity', ticker: word };
  throw new InputError({
    what: 'not a symbol',
    where: '--symbol',
    rule: 'a pair such as BTCUSDT, BTC/USD or EUR/USD, or a ticker such as AAPL',
    value: text,
  });
}

/** Shaped like a match of {@link PAIR}. */
function splitPair(word: string): readonly [string, string, string] | null {
  for (const quote of QUOTES) {
    const base = word.slice(0, -quote.length);
    if (!word.endsWith(quote) || base.length < 2) continue;
    const isStable = STABLECOINS.some((coin) => coin === quote);
    if (isStable || COINS.has(base) || (FIAT.has(base) && FIAT.has(quote))) return [word, base, quote];
  }
  return null;
}

/** For a provider that has no bars of such an instrument. */
export const refuseSymbol = (provider: string, symbol: MarketSymbol, rule: string): InputError =>
  new InputError({
    what: `${provider} has no such symbol`,
    where: '--symbol',
    rule,
    value: symbol.kind === 'equity' ? symbol.ticker : `${symbol.base}/${symbol.quote}`,
    hint: `if it has, name it: --provider-symbol ${provider}=SYMBOL`,
  });
