/** A download under way: an append-only file of whole batches, each with a checksum, that a kill can only cut short. */

import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../../core/errors.ts';
import { canonicalJson, digest } from '../../../core/hash.ts';
import { takeLock } from './fileLock.ts';

const FORMAT = 'regimen bars part 1';
const MAX_LINE_BYTES = 4096;
const MAX_BODY_BYTES = 1 << 24;
const NEWLINE = 10;

/** What is being downloaded; a part file goes on only with the same. */
export interface PartIdentity {
  readonly symbol: string;
  readonly timeframe: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly batchBars: number;
}

const header = z.strictObject({
  format: z.literal(FORMAT),
  fetch: z.strictObject({
    symbol: z.string(),
    timeframe: z.string(),
    fromMs: z.number(),
    toMs: z.number(),
    batchBars: z.number(),
  }),
});

/** The line before each batch's text. */
const recordLine = z.strictObject({
  batch: z.int().nonnegative(),
  provider: z.string(),
  bars: z.int().nonnegative(),
  bytes: z.int().nonnegative().max(MAX_BODY_BYTES),
  sha256: z.string(),
});

export interface PartRecord {
  readonly batch: number;
  readonly provider: string;
  readonly bars: number;
  /** Where the batch's text is in the file. */
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}

export class PartFile {
  readonly #handle: number;
  readonly #release: () => void;
  readonly #records = new Map<number, PartRecord>();
  readonly #identity: PartIdentity;
  #end = 0;

  private constructor(handle: number, identity: PartIdentity, release: () => void) {
    this.#handle = handle;
    this.#release = release;
    this.#identity = identity;
  }

  /**
   * Opens the file or starts it. A tail that a kill left half-written, or whose checksum is wrong, is cut off: its
   * batches are asked for again.
   *
   * @throws InputError when the file belongs to another download, or another process is at work on it
   */
  static open(path: string, identity: PartIdentity): PartFile {
    mkdirSync(dirname(path), { recursive: true });
    const release = takeLock(`${path}.lock`);
    const part = new PartFile(openSync(path, existsSync(path) ? 'r+' : 'w+'), identity, release);
    try {
      part.#load(path);
      return part;
    } catch (error) {
      part.close();
      throw error;
    }
  }

  /** Batches that are whole. */
  get records(): ReadonlyMap<number, PartRecord> {
    return this.#records;
  }

  /** The batch is on disk when this returns. */
  append(batch: number, provider: string, bars: number, text: string): void {
    const body = Buffer.from(text);
    const sha256 = checksum(batch, bars, body);
    const line = JSON.stringify({ batch, provider, bars, bytes: body.length, sha256 });
    const head = Buffer.from(`${line}\n`);
    const offset = this.#end + head.length;
    this.#write(Buffer.concat([head, body]));
    this.#records.set(batch, { batch, provider, bars, offset, bytes: body.length, sha256 });
  }

  /** The text that {@link append} was given. @throws Error when the file was changed under our hands */
  read({ batch, bars, offset, bytes, sha256 }: PartRecord): Buffer {
    const body = Buffer.alloc(bytes);
    for (let at = 0; at < bytes;) {
      const count = readSync(this.#handle, body, at, bytes - at, offset + at);
      if (count === 0) break;
      at += count;
    }
    if (checksum(batch, bars, body) !== sha256)
      throw new Error(`batch ${batch} of the part file was changed meanwhile`);
    return body;
  }

  close(): void {
    closeSync(this.#handle);
    this.#release();
  }

  #load(path: string): void {
    const line = this.#readLine(0);
    if (line === null) {
      ftruncateSync(this.#handle, 0);
      this.#write(Buffer.from(`${JSON.stringify({ format: FORMAT, fetch: this.#identity })}\n`));
      return;
    }
    const found = header.safeParse(parseJson(line.text));
    if (!found.success || canonicalJson(found.data.fetch) !== canonicalJson(this.#identity)) {
      throw new InputError({
        what: 'left over from another download',
        where: path,
        rule: `the same symbol, timeframe, range and batch size: ${canonicalJson(this.#identity)}`,
        ...(found.success && { value: canonicalJson(found.data.fetch) }),
        hint: 'finish that one, remove the file, or choose another --out',
      });
    }
    this.#end = line.next;
    for (let record = this.#nextRecord(); record !== null; record = this.#nextRecord()) {
      this.#records.set(record.batch, record);
      this.#end = record.offset + record.bytes;
    }
    ftruncateSync(this.#handle, this.#end);
  }

  /** The record at the end of what is known to be whole, or null where the rest is not. */
  #nextRecord(): PartRecord | null {
    const line = this.#readLine(this.#end);
    const parsed = recordLine.safeParse(line === null ? null : parseJson(line.text));
    if (line === null || !parsed.success || this.#records.has(parsed.data.batch)) return null;
    const { batch, bars, bytes, sha256 } = parsed.data;
    const body = Buffer.alloc(bytes);
    if (readSync(this.#handle, body, 0, bytes, line.next) !== bytes) return null;
    return checksum(batch, bars, body) === sha256 ? { ...parsed.data, offset: line.next } : null;
  }

  #readLine(offset: number): { readonly text: string; readonly next: number } | null {
    const bytes = Buffer.alloc(MAX_LINE_BYTES);
    const count = readSync(this.#handle, bytes, 0, MAX_LINE_BYTES, offset);
    const end = bytes.subarray(0, count).indexOf(NEWLINE);
    return end < 0 ? null : { text: bytes.toString('utf8', 0, end), next: offset + end + 1 };
  }

  #write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#handle, bytes, at, bytes.length - at, this.#end + at);
    fsyncSync(this.#handle);
    this.#end += bytes.length;
  }
}

/** Over the numbers of the line too, so that a flipped digit there is noticed. */
const checksum = (batch: number, bars: number, body: Buffer): string => digest(`${batch}:${bars}\n`, body);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
