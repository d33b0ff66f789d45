/** What the judge wrote into a run folder. */

import { InputError, nearestName } from '../core/errors.ts';
import type { RunFolder } from '../core/storage/runFolder.ts';
import type { Evaluation, JudgedAgent } from '../evaluation/evaluation.ts';

/** @throws InputError when the run was not judged yet */
export function readEvaluation(run: RunFolder): Evaluation {
  if (run.has('evaluation.json')) return run.readJson('evaluation.json') as Evaluation;
  throw new InputError({
    what: 'the run was not judged yet',
    where: run.path,
    hint: `finish it with 'regimen resume ${run.path}'`,
  });
}

/** The agent of this name; the only one where none is named. @throws InputError */
export function chooseAgent({ agents }: Evaluation, name: string | null, where: string): JudgedAgent {
  const names = agents.map((agent) => agent.name);
  if (name === null && agents.length === 1) return agents[0];
  const found = agents.find((agent) => agent.name === name);
  if (found !== undefined) return found;
  const nearest = name === null ? null : nearestName(name, names);
  throw new InputError({
    what: name === null ? 'the run has several agents' : 'unknown agent',
    where,
    rule: `one of ${names.join(', ')}`,
    ...(name !== null && { value: name }),
    hint: nearest === null ? 'name one with --agent' : `did you mean '${nearest}'?`,
  });
}
