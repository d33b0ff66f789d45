/** The agents of a run, and the rules that only the whole list can be held to. */

import { z } from 'zod';
import { nearestName } from '../core/errors.ts';
import { agentConfig, type AgentConfig, type EnsembleAgentConfig } from './agentKinds.ts';

export const agentList = z
  .array(agentConfig)
  .min(1)
  .refine((agents) => new Set(agents.map(({ name }) => name)).size === agents.length, 'agent names must differ')
  .superRefine((agents, issues) => {
    for (const [index, agent] of agents.entries()) {
      if (agent.kind !== 'ensemble') continue;
      for (const { path, message } of offencesOf(agent, agents)) {
        issues.addIssue({ code: 'custom', path: [index, ...path], message });
      }
    }
  });

interface Offence {
  /** Inside the ensemble. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function offencesOf(ensemble: EnsembleAgentConfig, agents: readonly AgentConfig[]): Offence[] {
  const { members, vote, scale, temperature } = ensemble;
  const seats = members.flatMap((member, seat) => {
    const message = offenceOfMember(member, ensemble, agents) ?? offenceOfSeat(member, seat, ensemble);
    return message === null ? [] : [{ path: ['members', seat], message }];
  });
  const settings: Offence[] = [];
  if (scale !== undefined && vote !== 'meanScore') {
    settings.push({ path: ['scale'], message: `only vote 'meanScore' has scores to scale, and this one is '${vote}'` });
  }
  if (temperature !== undefined && vote !== 'weighted') {
    settings.push({ path: ['temperature'], message: `only vote 'weighted' weighs votes, and this one is '${vote}'` });
  }
  const kinds = new Set(agents.filter(({ name }) => members.includes(name)).map(({ kind }) => kind));
  if (scale === 'asGiven' && vote === 'meanScore' && kinds.size > 1) {
    const rule = `scores of ${[...kinds].join(' and ')} have no common unit; 'standardized' brings each to deviation 1`;
    settings.push({ path: ['scale'], message: rule });
  }
  return [...seats, ...settings];
}

/** What is wrong with a member, whichever seat it has; null: nothing. */
function offenceOfMember(
  member: string,
  { name, vote }: EnsembleAgentConfig,
  agents: readonly AgentConfig[],
): string | null {
  const names = agents.map((agent) => agent.name).filter((other) => other !== name);
  const found = agents.find((agent) => agent.name === member);
  if (member === name) return 'an ensemble is no member of itself';
  if (found === undefined) {
    const nearest = nearestName(member, names);
    return `names of other agents of the run: ${names.join(', ')}${nearest === null ? '' : `; did you mean '${nearest}'?`}`;
  }
  if (found.kind !== 'ensemble') return null;
  if (agents.indexOf(found) > agents.findIndex((agent) => agent.name === name)) {
    return 'an ensemble that is a member stands before the one that it is a member of';
  }
  if (vote !== 'meanScore' || found.vote === 'meanScore') return null;
  return `vote 'meanScore' needs the scores of its members, and a '${found.vote}' ensemble counts votes and has none`;
}

const offenceOfSeat = (member: string, seat: number, { members }: EnsembleAgentConfig): string | null =>
  members.indexOf(member) === seat ? null : 'a member has one seat';
