/** A real QuestDB of one's own on loopback, from the jar on Maven Central, for tests and benchmarks. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QuestDbAddress } from '../market/data/stores/questDb/questDbAddress.ts';

const START_POLL_MS = 100;
const MAX_POLLS = 600;

export interface QuestDbServer {
  readonly address: QuestDbAddress;
  readonly pid: number;
  /** Kills the process and removes its folder. */
  stop(): Promise<void>;
}

/** Null where the machine can run it, else why it cannot. */
export function questDbAbsence(): string | null {
  if (spawnSync('java', ['-version']).status !== 0) return 'no Java on the path (17 or newer)';
  if (findJar() !== null) return null;
  return 'no QuestDB jar: mvn dependency:get -Dartifact=org.questdb:questdb:9.3.4 -Dtransitive=false, or REGIMEN_QUESTDB_JAR';
}

/** @throws Error when it does not answer within a minute */
export async function startQuestDb(): Promise<QuestDbServer> {
  const jar = findJar();
  if (jar === null) throw new Error(questDbAbsence() ?? 'no jar');
  const root = mkdtempSync(join(tmpdir(), 'regimen-questdb-'));
  const [httpPort, pgPort] = [await freePort(), await freePort()];
  mkdirSync(join(root, 'conf'));
  writeFileSync(
    join(root, 'conf', 'server.conf'),
    [
      `http.net.bind.to=127.0.0.1:${httpPort}`,
      `pg.net.bind.to=127.0.0.1:${pgPort}`,
      ...['http.min.enabled', 'line.tcp.enabled', 'line.udp.enabled', 'telemetry.enabled'].map((key) => `${key}=false`),
      '',
    ].join('\n'),
  );
  const args = ['-Xmx512m', '-XX:+UseSerialGC', '-p', jar, '-m', 'io.questdb/io.questdb.ServerMain', '-d', root];
  const child = spawn('java', args, { stdio: 'ignore' });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    await ended(child);
    rmSync(root, { recursive: true, force: true });
  };
  const address = { host: '127.0.0.1', httpPort, pgPort, user: 'admin', password: 'quest', httpAuth: false };
  for (let poll = 0; poll < MAX_POLLS && child.exitCode === null; poll++) {
    if (await answers(httpPort)) return { address, pid: child.pid ?? -1, stop };
    await sleep(START_POLL_MS);
  }
  await stop();
  throw new Error(`QuestDB did not start (exit code ${child.exitCode})`);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function findJar(): string | null {
  const told = process.env['REGIMEN_QUESTDB_JAR'];
  if (told !== undefined) return existsSync(told) ? told : null;
  const folder = join(homedir(), '.m2', 'repository', 'org', 'questdb', 'questdb');
  if (!existsSync(folder)) return null;
  const jars = readdirSync(folder).map((version) => join(folder, version, `questdb-${version}.jar`));
  return (
    jars
      .filter((jar) => existsSync(jar))
      .sort()
      .at(-1) ?? null
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Both doors: the Postgres wire opens a little later than HTTP. */
async function answers(httpPort: number): Promise<boolean> {
  const query = encodeURIComponent('SELECT 1');
  const response = await fetch(`http://127.0.0.1:${httpPort}/exec?query=${query}`).catch(() => null);
  return response?.ok === true;
}
