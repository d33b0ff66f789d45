/** What the registry remembers: facts with their time, never changed afterwards. */

import { z } from 'zod';

const verdict = z.strictObject({
  name: z.string(),
  value: z.number().nullable(),
  limit: z.number(),
  passed: z.boolean(),
  reason: z.string(),
});

/** Which model: agents of one run differ in name. */
const model = {
  /** Path of the run folder as the registry's user gave it. */
  run: z.string().min(1),
  agent: z.string().min(1),
};

const identity = {
  ...model,
  kind: z.string(),
  weightsHash: z.string(),
  configHash: z.string(),
  dataHash: z.string(),
};

const stamp = { utc: z.iso.datetime() };

export const registryEvent = z.discriminatedUnion('type', [
  /** A trial: a model was shown the judged data, whatever came of it. */
  z.strictObject({
    type: z.literal('judged'),
    ...stamp,
    ...identity,
    timeframeMs: z.number().positive(),
    /** Per-bar Sharpe ratio, null where it has none. */
    sharpe: z.number().nullable(),
    bars: z.int().nonnegative(),
  }),
  z.strictObject({
    type: z.literal('registered'),
    ...stamp,
    ...identity,
    verdicts: z.array(verdict),
    /** Trials that the deflated Sharpe ratio deflated by. */
    trials: z.int().nonnegative(),
  }),
  z.strictObject({
    type: z.literal('promoted'),
    ...stamp,
    ...model,
    weightsHash: z.string(),
    /** Why it was promoted against its gates; null where they passed. */
    forcedBecause: z.string().min(1).nullable(),
  }),
  z.strictObject({
    type: z.literal('rolledBack'),
    ...stamp,
    /** The champion that was withdrawn. */
    ...model,
    reason: z.string().min(1),
  }),
]);

export type RegistryEvent = z.output<typeof registryEvent>;
export type EventOf<T extends RegistryEvent['type']> = Extract<RegistryEvent, { type: T }>;
/** An event before the registry has put its time on it. */
export type FactOf<T extends RegistryEvent['type']> = Omit<EventOf<T>, 'type' | 'utc'>;

export interface ModelKey {
  readonly run: string;
  readonly agent: string;
}

export const isSameModel = (a: ModelKey, b: ModelKey): boolean => a.run === b.run && a.agent === b.agent;

/** The models promoted and not withdrawn, the champion last. */
export function foldChampions(events: readonly RegistryEvent[]): EventOf<'promoted'>[] {
  const champions: EventOf<'promoted'>[] = [];
  for (const event of events) {
    if (event.type === 'promoted') champions.push(event);
    // Two operators may withdraw the same champion at once; the second must not take the one below it.
    if (event.type === 'rolledBack') {
      const champion = champions.at(-1);
      if (champion !== undefined && isSameModel(champion, event)) champions.pop();
    }
  }
  return champions;
}
