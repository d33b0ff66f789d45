/** Tells people what happened, without ever holding up or breaking what trades. */

import type { Log } from '../core/log.ts';
import { appendLine } from '../core/storage/atomicFile.ts';

export interface Alert {
  readonly level: 'info' | 'warning' | 'critical';
  /** One clause: "kill switch tripped". */
  readonly what: string;
  readonly detail: string;
  readonly atMs: number;
}

/** Where alerts go. */
export interface AlertSink {
  /** For messages about the sink itself; holds no secret. */
  readonly name: string;
  send(alert: Alert): Promise<void> | void;
}

/** Sends alerts to every sink in the background; a sink that fails is written to the log and the others go on. */
export class Alerts {
  readonly #sinks: readonly AlertSink[];
  readonly #log: Log;
  readonly #sending = new Set<Promise<void>>();

  constructor(sinks: readonly AlertSink[], log: Log) {
    this.#sinks = sinks;
    this.#log = log;
  }

  raise(alert: Alert): void {
    for (const sink of this.#sinks) {
      const sent = this.#send(sink, alert).finally(() => this.#sending.delete(sent));
      this.#sending.add(sent);
    }
  }

  /** Waits for alerts on their way. */
  async drain(): Promise<void> {
    await Promise.all(this.#sending);
  }

  async #send(sink: AlertSink, alert: Alert): Promise<void> {
    try {
      await sink.send(alert);
    } catch (error) {
      this.#log.error('alert was not delivered', {
        sink: sink.name,
        what: alert.what,
        error: (error as Error).message,
      });
    }
  }
}

export const logSink = (log: Log): AlertSink => ({
  name: 'log',
  send: ({ level, what, ...fields }) => {
    if (level === 'critical') log.error(what, fields);
    else if (level === 'warning') log.warn(what, fields);
    else log.info(what, fields);
  },
});

/** One JSON line for each alert. */
export const fileSink = (path: string): AlertSink => ({
  name: `file ${path}`,
  send: (alert) => appendLine(path, JSON.stringify(alert)),
});
