/** The rules of a trading config over given prices, or none where they would change nothing. */

import { hasPlainRules, type SizingConfig, type TradingConfig } from './tradingConfig.ts';
import { TradingRules, type RangeColumns } from './tradingRules.ts';
import type { MomentColumns } from './trailingMoments.ts';

export interface RuleGround {
  readonly count: number;
  readonly range: RangeColumns;
  /** Called only for a sizing that looks at past returns. */
  readonly makeMoments: (spanBars: number) => MomentColumns;
}

/** Null for a config that leaves everything as the action says. */
export function makeTradingRules(config: TradingConfig | undefined, ground: RuleGround): TradingRules | null {
  if (config === undefined || hasPlainRules(config)) return null;
  const { count, range } = ground;
  const span = spanOf(config.sizing);
  return new TradingRules({ config, count, range, moments: span === null ? null : ground.makeMoments(span) });
}

/** Bars that the sizing's averages span; null where it uses none. */
export const spanOf = (sizing: SizingConfig): number | null => ('spanBars' in sizing ? sizing.spanBars : null);
