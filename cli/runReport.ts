/** What a finished run shows: its report file, its summary on the terminal, its line of JSON. */

import { copyFileSync, readFileSync } from 'node:fs';
import { findPackageFile } from '../core/packageFile.ts';
import { describeWeights } from '../envs/targetWeights.ts';
import type { Evaluation, Judged } from '../evaluation/evaluation.ts';
import type { Market } from '../experiments/market.ts';
import { hashConfig } from '../experiments/runConfig.ts';
import type { MetricsLine } from '../experiments/runLog.ts';
import type { RunSession } from '../experiments/runSession.ts';
import { renderReport, type ReportParts } from '../reports/renderReport.ts';
import { renderSummary } from '../reports/renderSummary.ts';
import type { CommandResult } from './command.ts';

export interface ReportFacts {
  readonly dataHash: string;
  readonly notes: readonly string[];
}

/** Writes `report.html`, and `policy.onnx`: a copy of the best agent's policy. */
export async function writeReport(session: RunSession, evaluation: Evaluation, facts: ReportFacts): Promise<void> {
  const { run, config } = session;
  const best = bestAgent(evaluation);
  copyFileSync(run.file('policies', `${best}.onnx`), run.file('policy.onnx'));
  const report = await renderReport({
    title: config.name,
    evaluation,
    learningCurves: learningCurves(run.readLines('metrics.jsonl') as MetricsLine[]),
    run: {
      experiment: config.name,
      seed: config.seed,
      seconds: session.seconds,
      createdUtc: session.createdUtc,
      commit: readCommit(),
      command: `regimen run ${run.path}/config.json`,
      hashes: {
        config: hashConfig(config),
        data: facts.dataHash.slice(0, 12),
        ...Object.fromEntries(
          evaluation.agents.map(({ name, weightsHash }) => [`weights of ${name}`, weightsHash.slice(0, 12)]),
        ),
      },
      settings: {
        instrument: config.market.instrument,
        market: config.market.kind === 'synthetic' ? 'synthetic regimes' : config.market.file,
        targetWeights: describeWeights(config.targetWeights),
        takerFeeBps: config.execution.takerFeeBps,
        ...(facts.notes.length > 0 && { notes: facts.notes.join('; ') }),
      },
    },
  });
  run.write('report.html', report);
}

/** Of one sitting. */
export interface FeatureTime {
  readonly seconds: number;
  /** Of all the work on the run. */
  readonly share: number;
}

/** How long this sitting took to fit, compute and normalize features, which its log keeps too; null where it was not measured. */
export function timeFeatures(session: RunSession, { featuresMs }: Pick<Market, 'featuresMs'>): FeatureTime | null {
  if (featuresMs === null) return null;
  const seconds = featuresMs / 1000;
  // A run's own clock starts when its features are there.
  const features = { seconds, share: seconds / (seconds + session.seconds) };
  session.log.info('features', features);
  return features;
}

export const describeFeatureTime = (time: FeatureTime | null): string =>
  time === null ? '' : `; features took ${time.seconds.toFixed(2)} s, ${(100 * time.share).toFixed(1)} % of the time`;

export function summarize(session: RunSession, evaluation: Evaluation, features: FeatureTime | null): CommandResult {
  const { run } = session;
  const seconds = Number(session.seconds.toFixed(2));
  return {
    json: {
      runDir: run.path,
      seconds,
      features,
      calendar: evaluation.calendar,
      costs: evaluation.costs,
      parts: evaluation.parts,
      regimeLabels: evaluation.regimeLabels,
      agents: evaluation.agents.map((agent) => ({
        ...describeJudged(agent),
        weightsHash: agent.weightsHash,
        gates: agent.gates,
        promoted: agent.promoted,
      })),
      benchmarks: Object.fromEntries(
        evaluation.benchmarks.map((judged) => [judged.name, describeJudged(judged)['test']]),
      ),
      liveParity: evaluation.liveParity && {
        bars: evaluation.liveParity.bars,
        maxAbsEquityDiff: evaluation.liveParity.maxAbsEquityDiff,
      },
    },
    text: `${renderSummary(evaluation)}\n\n${run.path} in ${seconds.toFixed(1)} s${describeFeatureTime(features)}\nreport: ${run.file('report.html')}`,
  };
}

const describeJudged = ({ name, test, perRegime }: Judged) => ({ name, test, perRegime });

const bestAgent = ({ agents, liveParity }: Evaluation): string =>
  agents.find(({ promoted }) => promoted)?.name ?? liveParity?.agent ?? agents[0].name;

function learningCurves(lines: readonly MetricsLine[]): ReportParts['learningCurves'] {
  const agents = [...new Set(lines.map(({ agent }) => agent))];
  return agents.map((agent) => ({
    agent,
    points: lines.filter((line) => line.agent === agent).map(({ step, metrics }) => ({ step, metrics })),
  }));
}

/** The commit that the running code was built from; null where it was built outside a repository. */
function readCommit(): string | null {
  const path = findPackageFile('dist/build.json');
  return path === null ? null : (JSON.parse(readFileSync(path, 'utf8')) as { commit: string | null }).commit;
}
