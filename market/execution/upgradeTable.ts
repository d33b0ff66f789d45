/** Cost tables of earlier schema versions, as tables of today's: what they never measured is null. */

import { TABLE_SCHEMA_VERSION } from './table.ts';

/** Loosely read JSON: checked by the schema afterwards. */
type Raw = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a raw table is of a version that {@link upgradeTable} knows. */
export const isEarlierTable = (raw: unknown): raw is Raw => isObject(raw) && raw['schemaVersion'] === 1;

/** Version 1 measured slippage from books only, and knew neither fill ratios nor trades. */
export function upgradeTable(raw: Raw): Raw {
  return {
    ...raw,
    schemaVersion: TABLE_SCHEMA_VERSION,
    assetClasses: mapValues(raw['assetClasses'], upgradeCosts),
    instruments: mapValues(raw['instruments'], upgradeInstrument),
  };
}

const upgradeInstrument = (entry: Raw): Raw => ({
  fillRatio: null,
  effectiveHalfSpreadBps: null,
  impact: null,
  ...entry,
  ...('pair' in entry && { pair: mapObject(entry['pair'], upgradeCosts) }),
  ...('sessions' in entry && { sessions: mapValues(entry['sessions'], upgradeCosts) }),
});

function upgradeCosts(costs: Raw): Raw {
  const ladder: unknown = costs['slippageBps'];
  if (!Array.isArray(ladder)) return costs;
  const rungs = ladder.map((rung: unknown) => mapObject(rung, (known) => ({ measuredFrom: 'books', ...known })));
  return { ...costs, slippageBps: rungs };
}

const mapObject = (value: unknown, change: (known: Raw) => Raw): unknown => (isObject(value) ? change(value) : value);

const mapValues = (value: unknown, change: (known: Raw) => Raw): unknown =>
  mapObject(value, (known) =>
    Object.fromEntries(Object.entries(known).map(([key, inner]) => [key, mapObject(inner, change)])),
  );
