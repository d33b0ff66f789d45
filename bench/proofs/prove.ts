/** `npm run prove -- NAME`: trains agents on a task whose truth is known and says whether they found it. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Prints one JSON line a seed and a verdict; writes them to docs/results. @returns the exit code */
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
  const verdict = verdictOn(lines);
  print({ proof: name, verdict, rule: proof.rule, passed: `${passed} of ${lines.length}` });
  const isWhole = values.agents === undefined && seeds.length >= 3;
  write(
    name,
    { rule: proof.rule, facts, lines: lines.map((line) => ({ ...line, commit: describeCommit() })) },
    isWhole,
  );
  return passed === lines.length ? 0 : 3;
}

/** A line and the code that it is of. */
type RecordedLine = ProofLine & { readonly commit: string };

interface Recorded {
  readonly rule: string;
  readonly facts: Readonly<Record<string, number>>;
  readonly lines: readonly RecordedLine[];
}

const verdictOn = (lines: readonly ProofLine[]): string =>
  lines.every((line) => line.passed) ? 'proved' : 'not proved';

/** A part takes the place of its lines in the last whole proof, where rule and facts are the same. */
function write(name: string, proved: Recorded, isWhole: boolean): void {
  const path = `${RESULTS_FOLDER}/${name}.json`;
  const recorded = isWhole ? proved : mergeInto(path, proved);
  if (recorded === null) return;
  const { rule, facts, lines } = recorded;
  const report = {
    command: `npm run prove -- ${name}`,
    verdict: verdictOn(lines),
    rule,
    facts,
    lines,
    machine: describeMachine(),
  };
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, rounded, 2)}\n`);
}

/** Null where there is no whole proof of the same rule and facts. */
function mergeInto(path: string, { rule, facts, lines }: Recorded): Recorded | null {
  if (!existsSync(path)) return null;
  // Results of before had one commit for all their lines.
  const last = JSON.parse(readFileSync(path, 'utf8')) as Recorded & { readonly commit?: string };
  const say = (recorded: Pick<Recorded, 'rule' | 'facts'>) => JSON.stringify([recorded.rule, recorded.facts], rounded);
  if (say(last) !== say({ rule, facts })) return null;
  const replace = (old: RecordedLine): RecordedLine =>
    lines.find(({ agent, seed }) => agent === old.agent && seed === old.seed) ?? {
      ...old,
      ...(last.commit !== undefined && { commit: last.commit }),
    };
  return { rule, facts, lines: last.lines.map(replace) };
}

function describeCommit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const commit = git('rev-parse', '--short', 'HEAD');
  return git('status', '--porcelain', '--untracked-files=no', '--', '*.ts') === '' ? commit : `${commit} with changes`;
}

const print = (record: unknown): void => void process.stdout.write(`${JSON.stringify(record, rounded)}\n`);

/** Six digits say all that a proof knows. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value;

process.exitCode = await main();
