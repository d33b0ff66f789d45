/** A download of any range: batch after batch, provider after provider, kept as it comes and resumed where it stopped. */

import { rmSync } from 'node:fs';
import { InputError } from '../../../core/errors.ts';
import type { Progress } from '../../../core/progress.ts';
import { assembleBars, csvLines } from './assembleBars.ts';
import type { BarInterval } from './barInterval.ts';
import { planBatches, type Batch } from './batches.ts';
import { fetchWindow } from './fetchWindow.ts';
import { PartFile } from './partFile.ts';
import type { Pause } from './pause.ts';
import type { ProviderClient } from './providerClient.ts';
import { ProviderFailure } from './providerFailure.ts';

/** A provider to try, and the instrument in its own word. */
export interface FetchSource {
  readonly client: ProviderClient;
  readonly symbol: string;
}

export interface FetchJob {
  /** As the user wrote it: what a part file is recognized by. */
  readonly symbol: string;
  readonly interval: BarInterval;
  /** Bars that open in `[fromMs, toMs)`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** CSV, zipped where it ends in `.gz`; the download under way is beside it in `<out>.part`. */
  readonly out: string;
  readonly batchBars: number;
  /** In the order in which they are tried for each batch. */
  readonly sources: readonly FetchSource[];
  /** So many batches in a row without an answer end the download; what was got is kept. */
  readonly maxFailuresInRow: number;
  /** How long to wait when every provider is left alone by its circuit breaker. */
  readonly halfOpenAfterMs: number;
  readonly pause: Pause;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

export interface FailedBatch {
  readonly batch: number;
  readonly from: string;
  readonly to: string;
  /** What each provider said, in the order in which they were asked; empty where none was asked any more. */
  readonly reasons: readonly { readonly provider: string; readonly kind: string; readonly message: string }[];
}

export interface FetchReport {
  readonly state: 'complete' | 'failed' | 'interrupted';
  readonly out: string;
  /** Over all sittings. */
  readonly bars: number;
  readonly batches: number;
  /** In this sitting. */
  readonly fetchedBatches: number;
  /** Kept from an earlier sitting. */
  readonly resumedBatches: number;
  /** Without a single bar: nights and holidays, or a time before the first trade. */
  readonly emptyBatches: number;
  /** Rows that repeated a bar and were left out, in this sitting. */
  readonly repeatedBars: number;
  /** Batches by the provider they came from. */
  readonly providers: Readonly<Record<string, number>>;
  readonly failed: readonly FailedBatch[];
}

interface Sitting {
  readonly job: FetchJob;
  readonly part: PartFile;
  readonly failed: FailedBatch[];
  fetched: number;
  repeatedBars: number;
  failuresInRow: number;
}

/**
 * Downloads what is missing and writes the file when nothing is.
 *
 * A batch that no provider can give is reported and the rest is fetched all the same; the next call asks for such
 * batches only. The file is a function of the bars: however often the download was cut, its bytes are the same.
 *
 * @throws InputError for a range without bars, or a part file of another download
 */
export async function fetchBars(job: FetchJob): Promise<FetchReport> {
  const { symbol, interval, fromMs, toMs, batchBars, out } = job;
  const batches = planBatches({ interval, fromMs, toMs, batchBars });
  const partPath = `${out}.part`;
  const part = PartFile.open(partPath, { symbol, timeframe: interval, fromMs, toMs, batchBars });
  let report: FetchReport;
  try {
    report = await download(job, part, batches);
  } finally {
    part.close();
  }
  if (report.state === 'complete') rmSync(partPath, { force: true });
  // An empty part file, kept, would answer every later call with the same nothing.
  if (report.state === 'complete' && report.bars === 0) refuseEmpty(job);
  return report;
}

async function download(job: FetchJob, part: PartFile, batches: readonly Batch[]): Promise<FetchReport> {
  const resumedBatches = part.records.size;
  const sitting: Sitting = { job, part, failed: [], fetched: 0, repeatedBars: 0, failuresInRow: 0 };
  const interrupted = await fetchMissing(sitting, batches);
  const { failed, fetched, repeatedBars } = sitting;
  job.progress.done(taskOf(job), `${part.records.size}/${batches.length} batches, ${failed.length} failed`);
  const records = [...part.records.values()];
  const bars = records.reduce((sum, record) => sum + record.bars, 0);
  const isComplete = records.length === batches.length;
  if (isComplete && bars > 0) await assembleBars(job.out, part, batches.length);
  return {
    state: isComplete ? 'complete' : interrupted ? 'interrupted' : 'failed',
    out: job.out,
    bars,
    batches: batches.length,
    fetchedBatches: fetched,
    resumedBatches,
    emptyBatches: records.filter((record) => record.bars === 0).length,
    repeatedBars,
    providers: countBy(records.map(({ provider }) => provider)),
    failed,
  };
}

/** @returns whether the signal ended it */
async function fetchMissing(sitting: Sitting, batches: readonly Batch[]): Promise<boolean> {
  const { job, part } = sitting;
  for (const batch of batches) {
    if (part.records.has(batch.index)) continue;
    if (isAborted(job)) return true;
    if (sitting.failuresInRow >= job.maxFailuresInRow) {
      sitting.failed.push(describe(batch, []));
      continue;
    }
    try {
      await fetchBatch(sitting, batch);
    } catch (error) {
      if (isAborted(job)) return true;
      throw error;
    }
    job.progress.report(
      taskOf(job),
      part.records.size / batches.length,
      `${part.records.size}/${batches.length} batches`,
    );
  }
  return false;
}

const taskOf = ({ symbol, interval }: FetchJob): string => `fetch ${symbol} ${interval}`;

const isAborted = ({ signal }: FetchJob): boolean => signal?.aborted === true;

async function fetchBatch(sitting: Sitting, batch: Batch): Promise<void> {
  const { job, part } = sitting;
  const reasons: FailedBatch['reasons'][number][] = [];
  // A second round only after a wait for circuit breakers that were open: then each lets one probe through.
  for (let round = 0; round < 2; round++) {
    for (const { client, symbol } of job.sources) {
      const { name } = client.provider;
      try {
        const window = { symbol, interval: job.interval, fromMs: batch.fromMs, toMs: batch.toMs };
        const { bars, repeatedBars } = await fetchWindow(client, window, job.signal);
        part.append(batch.index, name, bars.length, csvLines(bars));
        sitting.fetched++;
        sitting.repeatedBars += repeatedBars;
        sitting.failuresInRow = 0;
        return;
      } catch (error) {
        if (!(error instanceof ProviderFailure)) throw error;
        reasons.push({ provider: name, kind: error.kind, message: error.message });
      }
    }
    if (round > 0 || !job.sources.some(({ client }) => client.isOpen)) break;
    await job.pause(job.halfOpenAfterMs, job.signal);
  }
  sitting.failuresInRow++;
  sitting.failed.push(describe(batch, reasons));
}

const describe = ({ index, fromMs, toMs }: Batch, reasons: FailedBatch['reasons']): FailedBatch => ({
  batch: index,
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
  reasons,
});

function refuseEmpty({ symbol, interval, fromMs, toMs }: FetchJob): never {
  throw new InputError({
    what: `no provider has a single ${interval} bar of ${symbol}`,
    where: '--from, --to',
    rule: 'a range in which the instrument was traded',
    value: `${new Date(fromMs).toISOString()} .. ${new Date(toMs).toISOString()}`,
  });
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
