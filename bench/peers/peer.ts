/** The other side of a benchmark: a Python program that takes its work as JSON and then runs a round whenever it is asked. */

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Names the Python interpreter that has the packages of requirements.txt. */
const PYTHON_VARIABLE = 'REGIMEN_PEERS_PYTHON';

export interface Peer {
  /** Runs one round; the reply is what the program printed, parsed. */
  round(): Promise<unknown>;
  stop(): void;
}

/** Starts `script` of this folder with `work` as its input; null, with a note on stderr, where it cannot run. */
export async function startPeer(script: string, work: unknown): Promise<Peer | null> {
  const python = process.env[PYTHON_VARIABLE];
  const path = findScript(script);
  if (python === undefined || path === null) {
    const reason = path === null ? `${script} was not found` : `${PYTHON_VARIABLE} is not set`;
    process.stderr.write(`no peer to compare with: ${reason}; see bench/peers/requirements.txt\n`);
    return null;
  }
  const child = spawn(python, [path], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  const nextLine = readLines(child);
  try {
    child.stdin.write(
      `${JSON.stringify(work, (_key, value: unknown) => (ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value))}\n`,
    );
    await nextLine();
  } catch (error) {
    process.stderr.write(`no peer to compare with: ${(error as Error).message}\n`);
    child.kill();
    return null;
  }
  return {
    async round() {
      child.stdin.write('go\n');
      return JSON.parse(await nextLine()) as unknown;
    },
    stop: () => void child.kill(),
  };
}

/** The lines of a process one by one; the promise fails with what it wrote to stderr when it ends instead. */
function readLines(child: ChildProcessWithoutNullStreams): () => Promise<string> {
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<never>((_resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      reject(new Error(`peer ended with code ${code}: ${complaint.trim().split('\n').at(-1)}`)),
    );
  });
  ended.catch(() => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return () => Promise.race([ended, lines.next().then(({ done, value }) => (done === true ? ended : String(value)))]);
}

/** Beside this file, or beside its source when this one is compiled. */
function findScript(script: string): string | null {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, script), join(here, '..', '..', '..', 'bench', 'peers', script)];
  return candidates.find((path) => existsSync(path)) ?? null;
}
