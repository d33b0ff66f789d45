/** Saved state as plain JSON, for a journal whose lines a person can read: numbers come back bit for bit. */

import { InputError } from '../core/errors.ts';
import type { Saved, SavedArray } from '../core/saved.ts';

const ARRAY_TYPES = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array } as const;
type ArrayType = keyof typeof ARRAY_TYPES;

/** JSON has no infinities, no NaN and no minus zero. */
type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

/** Typed arrays become `{ "array": "Float64Array", "values": [...] }`, odd numbers `{ "number": "NaN" }`. */
export function toJson(saved: Saved): unknown {
  if (typeof saved === 'number') {
    const value = encodeNumber(saved);
    return typeof value === 'number' ? value : { number: value };
  }
  if (typeof saved !== 'object' || saved === null) return saved;
  if (isArray(saved)) return { array: saved.constructor.name, values: Array.from(saved, encodeNumber) };
  if (Array.isArray(saved)) return saved.map(toJson);
  return Object.fromEntries(Object.entries(saved).map(([key, value]) => [key, toJson(value as Saved)]));
}

/** @throws InputError when the JSON is none that {@link toJson} wrote */
export function fromJson(json: unknown): Saved {
  if (json === null || typeof json === 'number' || typeof json === 'string' || typeof json === 'boolean') return json;
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json !== 'object') throw new InputError({ what: 'not saved state', where: 'journal', value: typeof json });
  if ('number' in json) return Number(json.number);
  if ('array' in json && 'values' in json) return decodeArray(json.array, json.values);
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));
}

function decodeArray(type: unknown, values: unknown): SavedArray {
  if (typeof type !== 'string' || !(type in ARRAY_TYPES) || !Array.isArray(values)) {
    throw new InputError({ what: 'unknown array in saved state', where: 'journal', value: type });
  }
  return ARRAY_TYPES[type as ArrayType].from(values.map(Number));
}

const isArray = (saved: Saved): saved is SavedArray => ArrayBuffer.isView(saved);

function encodeNumber(value: number): JsonNumber {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : (String(value) as JsonNumber);
}
