/** The reference of the run config, drawn from the schemas: a JSON schema for editors, a page for people. */

import { z } from 'zod';
import { AGENT_KINDS } from '../agents/agentKinds.ts';
import { runConfig } from '../experiments/runConfig.ts';
import { liveConfig } from '../live/liveConfig.ts';

/** JSON schema of what a user may write: defaults are optional. */
export function renderRunSchema(): string {
  const schema = z.toJSONSchema(runConfig, { io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'Regimen run config' }, null, 2)}\n`;
}

/** Part of a JSON schema that the reference reads. */
interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly required?: readonly string[];
}

/** Every field with its default, bounds and meaning, as Markdown. */
export function renderConfigReference(): string {
  const run = z.toJSONSchema(runConfig, { io: 'input' }) as SchemaNode;
  const live = z.toJSONSchema(liveConfig, { io: 'input' }) as SchemaNode;
  return [
    '# Config reference',
    '',
    'Generated from the schemas by `npm run docs`; a test compares. Unknown keys are errors. `${NAME}` and `${NAME:-default}` in strings',
    'stand for environment variables; `--set path.to.key=value` overrides a value from the command line.',
    '',
    '## Run config',
    '',
    ...renderSection(run, ''),
    `Agent kinds: ${Object.keys(AGENT_KINDS).join(', ')}.`,
    '',
    '## Live config (`regimen live --config`)',
    '',
    ...renderSection(live, ''),
  ].join('\n');
}

function renderSection(node: SchemaNode, path: string): string[] {
  const rows = fieldsOf(node).filter(([name]) => name !== '$schema');
  const leaves = rows.filter(([, field]) => branchesOf(field).length === 0);
  const branches = rows.flatMap(([name, field]) =>
    branchesOf(field).map((branch) => ({ name: join(path, name, field), field, branch })),
  );
  const table = leaves.map(([name, field]) => {
    const must = node.required?.includes(name) === true ? '**required**' : renderDefault(field.default);
    return `| \`${name}\` | ${must} | ${describeType(field)} | ${escapeCell(field.description ?? '')} |`;
  });
  const head =
    leaves.length === 0 ? [] : ['| field | default | type | meaning |', '| --- | --- | --- | --- |', ...table, ''];
  const nested = branches.flatMap(({ name, field, branch }) => {
    const kind = kindOf(branch);
    const title = kind === null ? `\`${name}\`` : `\`${name}\`, kind \`${kind}\``;
    const lead = [
      field.description,
      branch === field || branch.description === field.description ? undefined : branch.description,
    ];
    const told = lead.filter((text) => text !== undefined).join('. ');
    return [`### ${title}`, '', ...(told === '' ? [] : [`${told}.`, '']), ...renderSection(branch, name)];
  });
  return [...head, ...nested];
}

const join = (path: string, name: string, field: SchemaNode): string =>
  `${path === '' ? '' : `${path}.`}${name}${field.items === undefined ? '' : '[]'}`;

const fieldsOf = ({ properties = {} }: SchemaNode): [string, SchemaNode][] =>
  Object.entries(properties).filter(([name, field]) => !(name === 'kind' && field.const !== undefined));

/** The records that a field may hold: itself, the items of a list, the members of a union. */
function branchesOf(field: SchemaNode): SchemaNode[] {
  if (field.items !== undefined) return branchesOf(field.items);
  if (field.properties !== undefined && Object.keys(field.properties).length > 0) return [field];
  return [...(field.oneOf ?? []), ...(field.anyOf ?? [])].flatMap(branchesOf);
}

const kindOf = ({ properties }: SchemaNode): string | null =>
  properties?.['kind']?.const === undefined ? null : String(properties['kind'].const);

function describeType(field: SchemaNode): string {
  const choices = field.enum ?? field.anyOf?.flatMap((option) => option.enum ?? []) ?? [];
  if (choices.length > 0) return choices.map((choice) => `\`${String(choice)}\``).join(' ');
  const members = field.anyOf ?? [field];
  const types = members.map((member) =>
    member.items === undefined ? (member.type ?? 'any') : `list of ${describeType(member.items)}`,
  );
  const bounds = members.map(describeBounds).find((text) => text !== '') ?? '';
  return `${[...new Set(types)].join(' or ')}${bounds}`;
}

/** Whole numbers carry the largest safe one as a bound, which tells nobody anything. */
function describeBounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaNode): string {
  const parts: string[] = [];
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) parts.push(`>= ${minimum}`);
  if (exclusiveMinimum !== undefined) parts.push(`> ${exclusiveMinimum}`);
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) parts.push(`<= ${maximum}`);
  if (exclusiveMaximum !== undefined) parts.push(`< ${exclusiveMaximum}`);
  return parts.length === 0 ? '' : ` ${parts.join(', ')}`;
}

const renderDefault = (value: unknown): string => (value === undefined ? 'none' : `\`${JSON.stringify(value)}\``);

const escapeCell = (text: string): string => text.replaceAll('|', '\\|');
