/** The part files of a series' folder. A name says what is inside: `<first>-<last>-<bars>.parquet`. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../../core/errors.ts';
import type { SeriesSpan } from './barStore.ts';

export interface Part extends SeriesSpan {
  readonly path: string;
}

export const partName = ({ firstMs, lastMs, bars }: SeriesSpan): string => `${firstMs}-${lastMs}-${bars}.parquet`;

/**
 * Parts in order of time. Those that a longer part covers are what a kill left behind while parts were joined.
 *
 * @throws InputError when two parts overlap otherwise: they were written by two writers at once
 */
export function listParts(folder: string): { readonly parts: readonly Part[]; readonly covered: readonly Part[] } {
  const found = existsSync(folder) ? readdirSync(folder).flatMap((name) => parsePart(folder, name)) : [];
  found.sort((a, b) => a.firstMs - b.firstMs || b.lastMs - a.lastMs);
  const parts: Part[] = [];
  const covered: Part[] = [];
  for (const part of found) {
    const before = parts.at(-1);
    if (before === undefined || part.firstMs > before.lastMs) parts.push(part);
    else if (part.lastMs <= before.lastMs) covered.push(part);
    else {
      const hint = 'a series has one writer at a time; keep one of the two';
      throw new InputError({ what: `overlaps ${before.path}`, where: part.path, hint });
    }
  }
  return { parts, covered };
}

function parsePart(folder: string, name: string): Part[] {
  const [, first, last, bars] = /^(-?\d+)-(-?\d+)-(\d+)\.parquet$/.exec(name) ?? [];
  if (first === undefined) return [];
  return [{ path: join(folder, name), firstMs: Number(first), lastMs: Number(last), bars: Number(bars) }];
}
