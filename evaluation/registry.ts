/** The model registry: who was judged, who may go live, who is champion. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { InputError } from '../core/errors.ts';
import { silentLog, type Log } from '../core/log.ts';
import { writeJsonAtomic } from '../core/storage/atomicFile.ts';
import {
  foldChampions,
  isSameModel,
  type EventOf,
  type FactOf,
  type ModelKey,
  type RegistryEvent,
} from './registryEvents.ts';
import { appendEvent, readEvents } from './registryLog.ts';
import type { Trials } from './statistics/sharpeTests.ts';

/** The `promoted` file: where a live runner finds its model. */
export interface PromotedPointer extends ModelKey {
  readonly weightsHash: string;
  readonly promotedUtc: string;
}

/**
 * An append-only log of events in `<folder>/events.jsonl`; all else is computed from it.
 *
 * Safe for several processes at once. The `promoted` file beside the log only mirrors the champion.
 */
export class Registry {
  readonly eventsPath: string;
  readonly promotedPath: string;
  readonly #clock: Clock;
  readonly #log: Log;

  /** @param folder `runs/registry`; made when the first event is written */
  constructor(folder: string, clock: Clock, log: Log = silentLog) {
    this.eventsPath = join(folder, 'events.jsonl');
    this.promotedPath = join(folder, 'promoted');
    this.#clock = clock;
    this.#log = log;
  }

  /** Oldest first. @throws InputError when the log is damaged */
  events(): RegistryEvent[] {
    return readEvents(this.eventsPath, this.#log);
  }

  /** Counts a trial; to be called for every model that sees judged data, however it fares. */
  recordJudged(fact: FactOf<'judged'>): void {
    this.#append({ type: 'judged', utc: this.#now(), ...fact });
  }

  register(fact: FactOf<'registered'>): void {
    this.#append({ type: 'registered', utc: this.#now(), ...fact });
  }

  /**
   * How many models were ever judged, and the Sharpe ratios of those on bars of this length.
   *
   * The same weights judged again under the same config on the same data are the same trial.
   */
  trials(timeframeMs: number): Trials {
    const distinct = new Map<string, EventOf<'judged'>>();
    for (const event of this.events()) {
      if (event.type !== 'judged') continue;
      distinct.set([event.weightsHash, event.configHash, event.dataHash].join(' '), event);
    }
    const judged = [...distinct.values()];
    const sharpes = judged.filter((trial) => trial.timeframeMs === timeframeMs).map((trial) => trial.sharpe);
    return { count: judged.length, sharpes: sharpes.filter((sharpe) => sharpe !== null) };
  }

  /** The last registration of every model. */
  models(): EventOf<'registered'>[] {
    return latestModels(this.events());
  }

  champion(): EventOf<'promoted'> | null {
    return foldChampions(this.events()).at(-1) ?? null;
  }

  /**
   * Makes a registered model the champion; nothing is recorded when it is that already, as after a job that was cut and resumed.
   *
   * @param force why it is promoted although a gate said no; recorded for good
   * @throws InputError when it is unknown, or was refused by a gate and is not forced
   */
  promote(key: ModelKey, force: { readonly reason: string } | null = null): EventOf<'promoted'> {
    const where = `agent '${key.agent}' of ${key.run}`;
    const events = this.events();
    const found = latestModels(events).find((model) => isSameModel(model, key));
    if (found === undefined) {
      throw new InputError({ what: 'not registered', where, hint: "'regimen registry' lists what is" });
    }
    const champion = foldChampions(events).at(-1);
    const isChampion = champion !== undefined && isSameModel(champion, key);
    if (isChampion && champion.weightsHash === found.weightsHash) {
      this.#writePointer();
      return champion;
    }
    const refusals = found.verdicts.filter((verdict) => !verdict.passed).map((verdict) => verdict.reason);
    if (found.verdicts.length === 0) refusals.push('No gate was applied.');
    if (force === null && refusals.length > 0) {
      throw new InputError({
        what: 'may not be promoted',
        where,
        rule: 'every gate has passed',
        value: refusals.join(' '),
        hint: 'force it with a reason, which is recorded',
      });
    }
    if (force !== null && force.reason.trim() === '') {
      throw new InputError({ what: 'forced without a reason', where, rule: 'a reason that says why' });
    }
    const promoted: EventOf<'promoted'> = {
      type: 'promoted',
      utc: this.#now(),
      run: key.run,
      agent: key.agent,
      weightsHash: found.weightsHash,
      forcedBecause: refusals.length > 0 ? (force?.reason ?? null) : null,
    };
    this.#append(promoted);
    this.#writePointer();
    return promoted;
  }

  /**
   * Withdraws the champion; the one before it is champion again, or none.
   *
   * @returns the champion that is back
   * @throws InputError when there is no champion to withdraw
   */
  rollback(reason: string): EventOf<'promoted'> | null {
    const champion = this.champion();
    if (champion === null)
      throw new InputError({ what: 'nothing to roll back', where: 'registry', rule: 'a champion' });
    this.#append({
      type: 'rolledBack',
      utc: this.#now(),
      run: champion.run,
      agent: champion.agent,
      reason: reason.trim() || 'no reason given',
    });
    this.#writePointer();
    return this.champion();
  }

  /** Mirrors the champion, again if another process has meanwhile made another one. */
  #writePointer(): void {
    let written: string | null = null;
    for (;;) {
      const champion = this.champion();
      const pointer: PromotedPointer | null = champion && {
        run: champion.run,
        agent: champion.agent,
        weightsHash: champion.weightsHash,
        promotedUtc: champion.utc,
      };
      const content = JSON.stringify(pointer);
      if (content === written) return;
      if (pointer === null) rmSync(this.promotedPath, { force: true });
      else writeJsonAtomic(this.promotedPath, pointer);
      written = content;
    }
  }

  #append(event: RegistryEvent): void {
    appendEvent(this.eventsPath, event);
  }

  #now(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }
}

function latestModels(events: readonly RegistryEvent[]): EventOf<'registered'>[] {
  const models = new Map<string, EventOf<'registered'>>();
  for (const event of events) {
    if (event.type === 'registered') models.set(JSON.stringify([event.run, event.agent]), event);
  }
  return [...models.values()];
}
