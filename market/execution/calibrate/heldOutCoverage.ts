/** How often a p90 half-spread measured on one part of a recording covers the other part. */

import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { SESSIONS, sessionAt, type Session } from '../../sessions.ts';
import { halfSpreadBps } from './halfSpread.ts';
import type { QuoteStream, RowPolicy } from './checkedQuotes.ts';
import { readQuotes } from './quoteRecording.ts';
import { WeightedSamples } from './weightedSamples.ts';

export interface Coverage {
  /** Share of the held-out time whose half-spread is at most the measured p90; null where either part is too thin, or the spread is pinned to a tick. */
  readonly overall: number | null;
  readonly sessions: Readonly<Record<Session, number | null>>;
}

/** Both splits of one recording. */
export interface RecordingCoverage {
  readonly instrument: string;
  /** File name. */
  readonly recording: string;
  readonly firstHalf: Coverage;
  readonly alternatingBlocks: Coverage;
}

/** Which part of a recording a moment belongs to. */
type Split = (quotes: QuoteStream) => (timeMs: number) => 'measured' | 'heldOut';

/** The first half of the time against the second: shows whether yesterday's costs are today's. */
export const firstHalf: Split = ({ timeMs }) => {
  const middle = (timeMs[0] + timeMs[timeMs.length - 1]) / 2;
  return (time) => (time < middle ? 'measured' : 'heldOut');
};

/** Every other ten minutes, or ten bars where these are longer: tells of the method, where the market stays what it was. */
export const alternatingBlocks: Split = ({ holdCapMs }) => {
  const blockMs = 10 * Math.max(MINUTE_MS, holdCapMs);
  return (timeMs) => (Math.floor(timeMs / blockMs) % 2 === 0 ? 'measured' : 'heldOut');
};

/** Fewer quotes than this say nothing about a ninetieth percentile. */
const MIN_QUOTES = 100;
/** A spread that is always one tick wide has no ninetieth percentile to speak of: it wavers with the price alone. */
const PINNED_RATIO = 1.02;

/** Coverage of each quote recording of an instrument, by both splits. */
export function coverRecordings(instrument: string, paths: readonly string[], policy?: RowPolicy): RecordingCoverage[] {
  return paths.map((path) => {
    const quotes = readQuotes(path, policy);
    return {
      instrument,
      recording: quotes.source.name,
      firstHalf: heldOutCoverage(quotes, firstHalf),
      alternatingBlocks: heldOutCoverage(quotes, alternatingBlocks),
    };
  });
}

export function heldOutCoverage(quotes: QuoteStream, split: Split): Coverage {
  const partOf = split(quotes);
  const measured = SESSIONS.map(() => new WeightedSamples());
  eachQuote(quotes, (timeMs, spread, seconds) => {
    if (partOf(timeMs) === 'measured') measured[sessionAt(timeMs)].push(spread, seconds);
  });
  const p90 = measured.map((samples) => {
    const cell = samples.count < MIN_QUOTES ? null : samples.summarize();
    return cell === null || cell.p90 <= cell.quantiles[10] * PINNED_RATIO ? null : cell.p90;
  });
  const covered = new Float64Array(SESSIONS.length);
  const seen = new Float64Array(SESSIONS.length);
  const numSeen = new Uint32Array(SESSIONS.length);
  eachQuote(quotes, (timeMs, spread, seconds) => {
    const session = sessionAt(timeMs);
    const limit = p90[session];
    if (partOf(timeMs) !== 'heldOut' || limit === null) return;
    seen[session] += seconds;
    numSeen[session] += 1;
    if (spread <= limit) covered[session] += seconds;
  });
  const share = SESSIONS.map((name, s) => [name, numSeen[s] < MIN_QUOTES ? null : covered[s] / seen[s]] as const);
  const total = seen.reduce((sum, seconds) => sum + seconds, 0);
  return {
    overall: total === 0 ? null : covered.reduce((sum, seconds) => sum + seconds, 0) / total,
    sessions: Object.fromEntries(share) as Record<Session, number | null>,
  };
}

function eachQuote(
  { timeMs, bid, ask, holdCapMs }: QuoteStream,
  visit: (timeMs: number, spreadBps: number, seconds: number) => void,
): void {
  for (let i = 0; i < timeMs.length - 1; i++) {
    const seconds = Math.min(timeMs[i + 1] - timeMs[i], holdCapMs) / SECOND_MS;
    visit(timeMs[i], halfSpreadBps(bid[i], ask[i]), seconds);
  }
}
