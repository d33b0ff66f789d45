/** Half of the bid-ask spread in basis points of mid. */
export const halfSpreadBps = (bid: number, ask: number): number => ((ask - bid) / (ask + bid)) * 10_000;
