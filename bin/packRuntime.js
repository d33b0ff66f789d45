/**
 * Copies onnxruntime's binding and its binaries into dist/onnxruntime, for the package that is published.
 *
 * As a dependency of a package, onnxruntime-node runs an install script that downloads CUDA libraries from another host
 * and fails where there is none; so the package carries the runtime itself and depends on no script.
 */

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const from = join(root, 'node_modules', 'onnxruntime-node');
const to = join(root, 'dist', 'onnxruntime');
if (!existsSync(from)) throw new Error('onnxruntime-node is not installed: run npm ci');
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const part of ['dist', 'bin', 'README.md']) {
  cpSync(join(from, part), join(to, part), { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) });
}
const { name, version, license, repository } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
writeFileSync(
  join(to, 'package.json'),
  `${JSON.stringify({ name, version, license, repository, type: 'commonjs' }, null, 2)}\n`,
);
