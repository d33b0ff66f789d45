/** `npm run prove -- NAME`: trains agents on a task whose truth is known and says whether they found it. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InputError } from '../../core/errors.ts';
import { describeMachine } from '../benchResult.ts';
import type { Proof, ProofLine } from './proof.ts';

/** One line per proof. */
const PROOFS: Readonly<Record<string, () => Promise<Proof>>> = {
  cartpole: async () => (await import('./cartPoleProof.ts')).cartPoleProof,
  'no-edge': async () => (await import('./noEdgeProof.ts')).noEdgeProof,
  counterfactual: async () => (await import('./counterfactualProof.ts')).counterfactualProof,
  'large-file': async () => (await import('./largeFileProof.ts')).largeFileProof,
  'known-optimum': async () => (await import('./knownOptimumProof.ts')).knownOptimumProof,
};

const RESULTS_FOLDER = 'docs/results';

/** Prints one JSON line a seed and a verdict; a whole proof is written to docs/results. @returns the exit code */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: 'string', default: '1,2,3' },
      agents: { type: 'string' },
    },
  });
  const name = positionals[0] ?? '';
  if (!(name in PROOFS)) {
    throw new InputError({ what: 'unknown proof', where: 'prove', rule: Object.keys(PROOFS).join(', '), value: name });
  }
  const proof = await PROOFS[name]();
  const seeds = values.seeds.split(',').map(Number);
  const agents = values.agents?.split(',') ?? proof.agents;
  const facts = (await proof.facts?.()) ?? {};
  if (Object.keys(facts).length > 0) print({ proof: name, facts });
  const lines: ProofLine[] = [];
  for (const agent of agents) {
    for (const seed of seeds) {
      const line = await proof.prove(agent, seed);
      print({ proof: name, ...line });
      lines.push(line);
    }
  }
  const passed = lines.filter((line) => line.passed).length;
  const verdict = passed === lines.length ? 'proved' : 'not proved';
  print({ proof: name, verdict, rule: proof.rule, passed: `${passed} of ${lines.length}` });
  const isWhole = values.agents === undefined && seeds.length >= 3;
  if (isWhole) write(name, { command: `npm run prove -- ${name}`, verdict, rule: proof.rule, facts, lines });
  return passed === lines.length ? 0 : 3;
}

function write(name: string, result: Readonly<Record<string, unknown>>): void {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const commit = git('rev-parse', '--short', 'HEAD');
  const isClean = git('status', '--porcelain', '--untracked-files=no', '--', '*.ts') === '';
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  const report = { ...result, commit: isClean ? commit : `${commit} with changes`, machine: describeMachine() };
  writeFileSync(`${RESULTS_FOLDER}/${name}.json`, `${JSON.stringify(report, rounded, 2)}\n`);
}

const print = (record: unknown): void => void process.stdout.write(`${JSON.stringify(record, rounded)}\n`);

/** Six digits say all that a proof knows. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value;

process.exitCode = await main();
