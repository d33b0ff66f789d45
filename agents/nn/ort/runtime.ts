/**
 * The one door through which onnxruntime's native library is loaded.
 *
 * The library has telemetry that is on by default: it keeps a device id and events under the home folder, a log in the
 * temporary one, and uploads them. `ORT_DISABLE_TELEMETRY` stops all three, if it is set before the library is loaded.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import type { Binding } from 'onnxruntime-node/dist/binding.js';

const TELEMETRY = 'ORT_DISABLE_TELEMETRY';

/**
 * Turns the telemetry of onnxruntime off for this process. To be called in the main thread before a worker thread that
 * computes is started: the environment of a worker is a copy that a native library does not see.
 *
 * @throws Error in a worker thread of a process whose main thread has not called it
 */
export function disableTelemetry(): void {
  if (process.env[TELEMETRY] === '1') return;
  if (!isMainThread) {
    throw new Error(
      `onnxruntime would be loaded with its telemetry on: import regimen in the main thread before this worker thread is started, or set ${TELEMETRY}=1`,
    );
  }
  process.env[TELEMETRY] = '1';
}

interface OrtRuntime {
  readonly env: { logLevel?: string };
  readonly binding: { readonly InferenceSession: Binding.InferenceSessionConstructor };
  initOrt(): void;
}

/** The user's own onnxruntime-node where there is one, else the copy that the published package carries. */
function runtimeFolder(require: NodeJS.Require): string {
  const carried = fileURLToPath(new URL('../../../onnxruntime/package.json', import.meta.url));
  try {
    require.resolve('onnxruntime-node/dist/binding.js');
    return 'onnxruntime-node';
  } catch (error) {
    if (!existsSync(carried)) throw error;
    return carried.slice(0, -'/package.json'.length);
  }
}

disableTelemetry();
const require = createRequire(import.meta.url);
const folder = runtimeFolder(require);

export const { binding, initOrt } = require(`${folder}/dist/binding.js`) as Pick<OrtRuntime, 'binding' | 'initOrt'>;
export const { env } = require('onnxruntime-common') as Pick<OrtRuntime, 'env'>;
