/** From text to a checked config: YAML with positions, environment variables, overrides, a strict schema. */

import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { InputError, nearestName, type InputProblem } from './errors.ts';
import { keysAt } from './schemaKeys.ts';

export interface ConfigSource {
  /** File name for messages. */
  readonly name: string;
  readonly text: string;
}

export interface ConfigOptions {
  /** `a.b=c` pairs; the value is read as YAML. */
  readonly overrides?: readonly string[];
  /** What `${NAME}` stands for. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Parses, substitutes, overrides and checks.
 *
 * @throws InputError with one problem for each offence: file, line, field, rule, value, nearest known key
 */
export function parseConfig<S extends z.ZodType>(
  schema: S,
  source: ConfigSource,
  options: ConfigOptions = {},
): z.output<S> {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    const [what] = syntax.message.split(/ at line |\n/);
    throw new InputError({ what, where: `${source.name}:${line}:${col}`, rule: 'a config is YAML' });
  }
  const where = (path: readonly PropertyKey[]) => locate(path, document, { lines, name: source.name });
  let raw: unknown = substitute(document.toJS() ?? {}, [], where, options.environment ?? {});
  for (const override of options.overrides ?? []) raw = applyOverride(raw, override);
  return checkConfig(schema, raw, where);
}

/** Checks a value that is already parsed. @throws InputError like {@link parseConfig} */
export function checkConfig<S extends z.ZodType>(
  schema: S,
  raw: unknown,
  where: (path: readonly PropertyKey[]) => string = renderPath,
): z.output<S> {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => toProblems(issue, { schema, raw, where }));
  const [first, ...rest] = problems;
  throw new InputError(first, ...rest);
}

/** `['agents', 0, 'gamma']` as `agents.0.gamma`. */
export const renderPath = (path: readonly PropertyKey[]): string => (path.length === 0 ? 'config' : path.join('.'));

interface IssueContext {
  readonly schema: z.ZodType;
  readonly raw: unknown;
  readonly where: (path: readonly PropertyKey[]) => string;
}

function toProblems(issue: z.core.$ZodIssue, context: IssueContext): InputProblem[] {
  const value = valueAt(context.raw, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(context.schema, issue.path, context.raw);
    return issue.keys.map((key) => {
      const nearest = nearestName(key, known);
      return {
        what: 'unknown key',
        where: context.where([...issue.path, key]),
        value: key,
        ...(known.length > 0 && { rule: `known keys are ${known.join(', ')}` }),
        ...(nearest !== null && { hint: `did you mean '${nearest}'?` }),
      };
    });
  }
  const missing = value === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_union');
  const hint =
    issue.code === 'invalid_value' && typeof value === 'string' ? nearestName(value, issue.values.map(String)) : null;
  return [
    {
      what: missing ? 'missing value' : 'invalid value',
      where: context.where(issue.path),
      rule: issue.message,
      ...(!missing && typeof value !== 'object' && { value }),
      ...(hint !== null && { hint: `did you mean '${hint}'?` }),
    },
  ];
}

function locate(
  path: readonly PropertyKey[],
  document: Document.Parsed,
  file: { readonly lines: LineCounter; readonly name: string },
): string {
  // An override or a missing key has no place of its own: its nearest parent in the file does.
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true) ?? document.contents;
    const items = parent !== null && typeof parent === 'object' && 'items' in parent ? (parent.items as unknown[]) : [];
    const key = path[depth - 1];
    for (const [index, item] of items.entries()) {
      const pair = item as {
        key?: { value?: unknown; range?: [number, number, number] };
        range?: [number, number, number];
      };
      const matches = pair.key === undefined ? index === key : String(pair.key?.value) === String(key);
      const range = pair.key?.range ?? pair.range;
      if (matches && range !== undefined) {
        const { line, col } = file.lines.linePos(range[0]);
        return `${file.name}:${line}:${col} ${renderPath(path)}`;
      }
    }
  }
  return `${file.name}: ${renderPath(path)}`;
}

/** `${NAME}` and `${NAME:-default}` inside strings; a string that is one placeholder alone stays a string. */
function substitute(
  value: unknown,
  path: readonly PropertyKey[],
  where: (path: readonly PropertyKey[]) => string,
  environment: Readonly<Record<string, string | undefined>>,
): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_match, name: string, fallback?: string) => {
      const found = environment[name] ?? fallback;
      if (found !== undefined) return found;
      throw new InputError({
        what: `environment variable ${name} is not set`,
        where: where(path),
        hint: `set it, or write \${${name}:-default}`,
      });
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, [...path, index], where, environment));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, substitute(inner, [...path, key], where, environment)]),
    );
  }
  return value;
}

function applyOverride(raw: unknown, override: string): unknown {
  const equals = override.indexOf('=');
  if (equals <= 0) {
    throw new InputError({ what: 'not an override', where: `--set ${override}`, rule: '--set path.to.key=value' });
  }
  const path = override.slice(0, equals).split('.');
  const document = parseDocument(override.slice(equals + 1));
  if (document.errors.length > 0) {
    throw new InputError({ what: 'value is not YAML', where: `--set ${override}`, rule: document.errors[0].message });
  }
  return setAt(raw, path, document.toJS() as unknown);
}

function setAt(target: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  const [key, ...rest] = path;
  if (Array.isArray(target)) {
    const index = Number(key);
    if (!Number.isInteger(index) || index < 0 || index > target.length) {
      throw new InputError({
        what: 'no such list item',
        where: '--set',
        rule: `0 to ${target.length - 1}, or ${target.length} for a new one`,
        value: key,
      });
    }
    if (index === target.length) return [...(target as unknown[]), setAt(undefined, rest, value)];
    return target.map((item: unknown, at) => (at === index ? setAt(item, rest, value) : item));
  }
  const record = typeof target === 'object' && target !== null ? (target as Record<string, unknown>) : {};
  return { ...record, [key]: setAt(record[key], rest, value) };
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
}
