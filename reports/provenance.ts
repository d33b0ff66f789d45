/** Where a report's numbers come from, and how to get them again. */

import { duration, integer, title } from './format.ts';
import { html, type Html } from './html.ts';

/** What the report says of the run that it is about. */
export interface RunInfo {
  readonly experiment: string;
  readonly seed: number;
  /** Work over all sittings. */
  readonly seconds: number;
  readonly createdUtc: string;
  /** Null where the code is not under version control. */
  readonly commit: string | null;
  /** Shell command that makes the same numbers again. */
  readonly command: string;
  /** Content hashes by what they are of: config, data, features, execution, weights. */
  readonly hashes: Readonly<Record<string, string>>;
  /** The settings worth reading at a glance, by name. */
  readonly settings: Readonly<Record<string, string | number>>;
}

export function renderProvenance(run: RunInfo): Html {
  const rows: readonly (readonly [string, Html | string])[] = [
    ['Experiment', run.experiment],
    ['Made', `${run.createdUtc}, ${duration(run.seconds)} of work`],
    ['Seed', integer(run.seed)],
    ['Commit', run.commit === null ? 'unknown: built outside a repository' : html`<code>${run.commit}</code>`],
    ...Object.entries(run.settings).map(([name, value]) => [title(name), String(value)] as const),
    ...Object.entries(run.hashes).map(([name, hash]) => [`${title(name)} hash`, html`<code>${hash}</code>`] as const),
  ];
  return html`<footer id="provenance">
    <p>The same command gives the same numbers:</p>
    <pre><code>${run.command}</code></pre>
    <dl>
      ${rows.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </footer>`;
}
