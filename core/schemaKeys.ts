/** Which keys a schema knows at a path: what an unknown key is compared with, and what help lines are made of. */

import type { z } from 'zod';

/** The parts of a zod definition that lead to other schemas. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

/**
 * Keys of the object schema at `path`; of a union, those of the member that `raw` chose by its discriminator, else of all.
 *
 * @returns empty where the path leads to no object
 */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[], raw: unknown): string[] {
  const members = objectsIn(schema, raw);
  if (path.length === 0)
    return [...new Set(members.flatMap((member) => Object.keys(definitionOf(member).shape ?? {})))];
  const [key, ...rest] = path;
  const inner = typeof raw === 'object' && raw !== null ? (raw as Record<PropertyKey, unknown>)[key] : undefined;
  const { element, valueType } = definitionOf(unwrap(schema));
  const next = [element, valueType, ...members.map((member) => definitionOf(member).shape?.[String(key)])];
  return [...new Set(next.flatMap((found) => (found === undefined ? [] : keysAt(found, rest, inner))))];
}

/** Strips defaults, optionals, nullables and pipes. */
export function unwrap(schema: z.ZodType): z.ZodType {
  const { innerType, in: input } = definitionOf(schema);
  const inner = innerType ?? input;
  return inner === undefined ? schema : unwrap(inner);
}

function objectsIn(schema: z.ZodType, raw: unknown): z.ZodType[] {
  const bare = unwrap(schema);
  const { type, options, discriminator, shape } = definitionOf(bare);
  if (shape !== undefined) return [bare];
  if (type !== 'union' || options === undefined) return [];
  const members = options.flatMap((option) => objectsIn(option, raw));
  if (discriminator === undefined || typeof raw !== 'object' || raw === null) return members;
  const chosen = (raw as Record<string, unknown>)[discriminator];
  const matching = members.filter((member) => {
    const field = definitionOf(member).shape?.[discriminator];
    return field?.safeParse(chosen).success === true;
  });
  return matching.length > 0 ? matching : members;
}
