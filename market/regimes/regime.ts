/** The regimes that worlds are labelled with. A label serves judging and curricula; it is never an observation. */

export const REGIMES = ['uptrend', 'downtrend', 'oscillating', 'plateau'] as const;
export type Regime = (typeof REGIMES)[number];

/** Row label where no regime is known (warm-up of a rule). */
export const UNKNOWN_REGIME = 255;
