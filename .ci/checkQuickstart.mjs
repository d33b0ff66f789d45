// Reads the JSON line of `npm start -- --json` and fails unless it says what the README promises.
import { readFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';

const MAX_SECONDS = 90;
const MAX_EQUITY_DIFFERENCE = 1e-9;

const result = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const problems = [];
const ask = (ok, what) => ok || problems.push(what);
const isPerformance = (p) =>
  ['totalReturn', 'sharpe', 'maxDrawdown', 'turnover', 'costs'].every((key) => key in (p ?? {}));

ask(result.seconds < MAX_SECONDS, `took ${result.seconds} s, allowed ${MAX_SECONDS}`);
ask(result.agents?.length >= 2, 'fewer than two agents');
for (const agent of result.agents ?? []) {
  ask(isPerformance(agent.test), `${agent.name}: incomplete test performance`);
  ask(Object.keys(agent.perRegime).length >= 4, `${agent.name}: fewer than four regimes`);
  ask(
    agent.gates.length > 0 && agent.gates.every((gate) => 'value' in gate && 'limit' in gate && 'passed' in gate),
    `${agent.name}: gates`,
  );
}
for (const name of ['buyAndHold', 'flat', ...(result.agents ?? []).map((agent) => `random (${agent.name})`)])
  ask(isPerformance(result.benchmarks?.[name]), `benchmark ${name} is missing`);
ask(result.liveParity?.bars > 100, 'live parity over too few bars');
ask(
  result.liveParity?.maxAbsEquityDiff <= MAX_EQUITY_DIFFERENCE,
  `live differs from backtest by ${result.liveParity?.maxAbsEquityDiff}`,
);
for (const file of [
  'config.json',
  'status.json',
  'metrics.jsonl',
  'evaluation.json',
  'policy.onnx',
  'report.html',
  'ledgers.parquet',
  'fills.parquet',
  'trades.parquet',
  'log.jsonl',
]) {
  ask(existsSync(resolve(process.argv[3] ?? '.', result.runDir, file)), `${file} is missing in ${result.runDir}`);
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(
  `quick start holds: ${result.seconds} s, live parity ${result.liveParity.maxAbsEquityDiff} over ${result.liveParity.bars} bars`,
);
