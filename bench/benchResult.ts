/** The form of every benchmark: numbers, ratios of two things measured in one run, and a checksum of the work done. */

import { cpus } from 'node:os';

export interface BenchResult {
  readonly metrics: Readonly<Record<string, number>>;
  readonly ratios: Readonly<Record<string, number>>;
  /** Equal work has equal checksums: a time without it proves nothing. */
  readonly checksum: string;
}

export interface BenchReport extends BenchResult {
  readonly bench: string;
  readonly machine: string;
}

export function describeMachine(): string {
  const processors = cpus();
  return `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}, node ${process.version}, ${process.platform} ${process.arch}`;
}
