import { existsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { loadavg } from 'node:os';
import type { Engine } from '../../agents/nn/engine.ts';
import { probeEngine } from '../../agents/nn/probeEngine.ts';
import { InputError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import { findPackageFile } from '../../core/packageFile.ts';

interface Check {
  readonly name: string;
  readonly state: 'works' | 'absent' | 'broken';
  /** What was found, and what to do where it does not work. */
  readonly detail: string;
  /** Without it `npm start` cannot run. */
  readonly required: boolean;
}

export const command: Command = {
  options: {},
  async run() {
    const checks = [
      checkNode(),
      checkMachine(),
      ...(await checkEngines()),
      await checkParquet(),
      checkTables(),
      checkBrowser(),
      checkPrivacy(),
    ];
    const broken = checks.filter(({ required, state }) => required && state !== 'works');
    const width = Math.max(...checks.map(({ name }) => name.length));
    const lines = checks.map(({ name, state, detail }) => `  ${state.padEnd(6)}  ${name.padEnd(width)}  ${detail}`);
    const verdict =
      broken.length === 0 ? 'Everything that npm start needs works.' : `${broken.length} required part(s) do not work.`;
    return {
      json: { checks, ok: broken.length === 0 },
      text: [...lines, verdict].join('\n'),
      exitCode: broken.length === 0 ? 0 : 1,
    };
  },
};

/** The telemetry of onnxruntime is turned off where the library is loaded, DuckDB's downloads where it is opened. */
function checkPrivacy(): Check {
  const isQuiet = process.env.ORT_DISABLE_TELEMETRY === '1';
  return {
    name: 'privacy',
    state: isQuiet ? 'works' : 'broken',
    detail: isQuiet
      ? 'nothing leaves this machine unless you name a provider, a webhook or a broker; telemetry of onnxruntime is off'
      : 'telemetry of onnxruntime is on: set ORT_DISABLE_TELEMETRY=1',
    required: true,
  };
}

function checkNode(): Check {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const works = major > 20 || (major === 20 && minor >= 19);
  const detail = `node ${process.versions.node}${works ? '' : '; install Node 20.19 or newer'}`;
  return { name: 'node', state: works ? 'works' : 'broken', detail, required: true };
}

function checkMachine(): Check {
  const gigabytes = (totalmem() / 2 ** 30).toFixed(1);
  const detail = `${cpus().length} cores, ${gigabytes} GiB of memory, load ${loadavg()[0].toFixed(2)}`;
  return { name: 'machine', state: 'works', detail, required: false };
}

/** A real training step on each engine and provider, not a look at whether its package is there. */
async function checkEngines(): Promise<Check[]> {
  const checks: Check[] = [];
  try {
    // Loaded here: where the native binary of onnxruntime is missing, its very import fails.
    const { createEngine, listEngines } = await import('../../agents/nn/engineConfig.ts');
    for (const { name, config } of listEngines()) {
      const required = config.kind === 'ort' && config.provider === 'cpu';
      checks.push(await checkEngine(name, createEngine(config), required));
    }
    const { probeHalfPrecision } = await import('../../agents/nn/ort/halfPrecision.ts');
    checks.push(describePrecision(probeHalfPrecision()));
  } catch (error) {
    checks.push({ name: 'engines', state: 'broken', detail: explain(error), required: true });
  }
  return checks;
}

async function checkEngine(name: string, engine: Engine, required: boolean): Promise<Check> {
  try {
    const { loss, seconds } = await probeEngine(engine);
    const milliseconds = (seconds * 1000).toFixed(1);
    const detail = `a training step ran (loss ${loss.toFixed(3)}, ${milliseconds} ms with loading and compilation)`;
    return { name, state: 'works', detail, required };
  } catch (error) {
    return { name, state: required ? 'broken' : 'absent', detail: explain(error), required };
  }
}

/** What `training.engine.precision: mixed` would live on. */
function describePrecision({ difference, isHalf }: { readonly difference: number; readonly isHalf: boolean }): Check {
  const found = isHalf
    ? `the CPU rounds products to half precision (by up to ${difference.toExponential(1)})`
    : 'the CPU computes products in single precision though they are asked for in half';
  const detail = `${found}; providers cuda and webgpu have half precision, and training by it was verified on neither`;
  return { name: 'mixed precision', state: 'absent', detail, required: false };
}

/** What is missing and what to do about it, without the name that stands in front of the line. */
function explain(error: unknown): string {
  if (!(error instanceof InputError)) return `${String(error)}; try npm ci again on this platform`;
  return error.problems.map(({ value, hint }) => [value, hint].filter(Boolean).join('; ')).join('\n');
}

async function checkParquet(): Promise<Check> {
  const base = { name: 'tables (DuckDB, Parquet)', required: true };
  try {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = (await connection.runAndReadAll('SELECT version() AS version')).getRowObjects();
    connection.closeSync();
    instance.closeSync();
    return { ...base, state: 'works', detail: String(rows[0]?.['version']) };
  } catch (error) {
    return { ...base, state: 'broken', detail: `${(error as Error).message}; try npm ci again on this platform` };
  }
}

function checkTables(): Check {
  const path = findPackageFile('configs/execution/execution_metrics.json');
  return {
    name: 'execution tables',
    state: path === null ? 'broken' : 'works',
    detail: path ?? 'configs/execution is missing',
    required: true,
  };
}

function checkBrowser(): Check {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
  const detail = found ?? 'only the tests of the report use one; install chromium to run them';
  return { name: 'browser', state: found === undefined ? 'absent' : 'works', detail, required: false };
}
