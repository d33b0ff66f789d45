/** What counts as zero in growth. */

/**
 * Differences of per-bar log growth at or below this are rounding: quotients of equities carry about 4e-16, means over several
 * lives and running sums over bars some more.
 */
export const ROUNDING = 1e-12;
