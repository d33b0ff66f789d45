/** What long work tells a person while it runs. */

export interface Progress {
  /** @param fraction share of the task that is done, [0, 1]; null where it is not known */
  report(task: string, fraction: number | null, detail?: string): void;
  /** The task is over; its last line stays. */
  done(task: string, detail?: string): void;
}

export const silentProgress: Progress = { report: () => {}, done: () => {} };
